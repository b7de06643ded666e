-- The categories and intervals that every new file knows (M20).

INSERT INTO category (code, label_zh, safe_life_years, recorded_at, actor, origin) VALUES
  ('crt_tv', '彩电', NULL, '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('bw_tv', '黑白电视机', NULL, '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('flat_tv', '平板电视', NULL, '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('video_recorder', '录像机', NULL, '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('fridge', '冰箱', 10, '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('freezer', '冷柜', 10, '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('washer', '洗衣机', 8, '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('ac', '空调', 10, '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('microwave', '微波炉', NULL, '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('range_hood', '油烟机', 8, '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('gas_water_heater', '燃气热水器', 8, '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('electric_water_heater', '电热水器', 8, '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('vacuum_cleaner', '吸尘器', NULL, '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('fan', '电风扇', NULL, '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('dishwasher', '洗碗机', NULL, '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('small', '小家电', NULL, '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('computer', '电脑', NULL, '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed');

INSERT INTO maintenance_interval (category, tier, years, from_on, recorded_at, actor, origin) VALUES
  (NULL, NULL, 5, '0001-01-01', '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('crt_tv', NULL, 3, '0001-01-01', '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('computer', NULL, 3, '0001-01-01', '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  ('flat_tv', NULL, 1, '0001-01-01', '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed'),
  (NULL, 'vip', 1, '0001-01-01', '2009-01-01T00:00:00+08:00', 'servicedesk', 'typed');
