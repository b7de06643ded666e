"""A Spark cluster on one machine: a master and two workers, each a process of its own, and judge.py on it.

    python cluster.py install VENV                 pyspark, pyarrow, pandas and servicedesk; Java where it is missing
    VENV/bin/python cluster.py run CATALOGUE MONTH [--kill-one] [KPI…]

`--kill-one` kills a worker, with all that it runs, once the first outlets are judged. One JSON object is printed:
`figures`, the tickets by verdict; `seconds` of judging; `tasks_before_the_kill`, of how many; `workers_left`.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = "127.0.0.1"
ROOT = Path(__file__).resolve().parents[2]


def install(venv: Path) -> None:
    """Make a virtual environment with Spark and this program; install a Java runtime where there is none."""
    if shutil.which("java") is None:
        for words in (["update", "-q"], ["install", "-qy", "openjdk-17-jre-headless"]):
            subprocess.run(["apt-get", *words], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    wanted = ["pyspark[sql]>=4", "-e", f"{ROOT}[rollup]"]
    subprocess.run([venv / "bin" / "pip", "install", "-q", *wanted], check=True)


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as found:
        found.bind((HERE, 0))
        return int(found.getsockname()[1])


@contextmanager
def running(*words: str, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Give a process of Spark in a group of its own, which ends with the block."""
    import pyspark

    command = [str(Path(pyspark.__file__).parent / "bin" / "spark-class"), *words]
    log = (folder / f"{words[0].rpartition('.')[2]}-{time.monotonic_ns()}.log").open("wb")
    process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, env=os.environ)
    try:
        yield process
    finally:
        kill_group(process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and all that it started, as a machine that is switched off does."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_for_port(port: int) -> None:
    """Return as soon as somebody listens at the port."""
    for _ in range(300):
        with socket.socket() as tried:
            if tried.connect_ex((HERE, port)) == 0:
                return
        time.sleep(0.1)
    sys.exit("the master of the cluster did not come up")


def run(catalogue: Path, month: str, keys: Sequence[str], *, kill_one: bool) -> None:
    """Start the cluster, judge the outlets on it, and print what was found."""
    # Java compiles less at first: the work is DuckDB's, and the processes of a short run start in half the time.
    quick = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
    os.environ |= {"SPARK_LOCAL_IP": HERE, "PYSPARK_PYTHON": sys.executable, "JDK_JAVA_OPTIONS": quick}
    port = free_port()
    master, deploy = f"spark://{HERE}:{port}", "org.apache.spark.deploy"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ends = ["--host", HERE, "--webui-port", "0"]
        work = [f"{deploy}.worker.Worker", *ends, "--cores", "1", "--memory", "1g", "--work-dir", name, master]
        with running(f"{deploy}.master.Master", *ends, "--port", str(port), folder=folder):
            wait_for_port(port)
            with running(*work, folder=folder) as worker, running(*work, folder=folder):
                print(json.dumps(judge_on(master, catalogue, month, keys, worker if kill_one else None)))


def judge_on(
    master: str, catalogue: Path, month: str, keys: Sequence[str], victim: "subprocess.Popen[bytes] | None"
) -> dict[str, object]:
    """Judge the outlets on the cluster, killing one worker in the middle, and return the sums."""
    import judge
    from pyspark.sql import SparkSession

    # Both workers are waited for, so that there is one to be lost.
    conf = {"spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.executor.memory": "512m",
            "spark.sql.shuffle.partitions": "2", "spark.scheduler.minRegisteredResourcesRatio": "1",
            "spark.cores.max": "2"}  # fmt: skip
    spark = SparkSession.builder.master(master).config(map=conf).getOrCreate()
    begun, killed = time.monotonic(), list[int]()
    if victim:
        threading.Thread(target=kill_in_the_middle, args=(spark, victim, killed), daemon=True).start()
    kpis = [judge.find_kpi(key) for key in keys] or judge.KPIS
    figures = judge.sum_verdicts(judge.judge_outlets(spark, catalogue, month, kpis))
    seconds = round(time.monotonic() - begun, 1)
    left = spark.sparkContext._jsc.sc().getExecutorMemoryStatus().size() - 1  # the driver is one of them
    spark.stop()
    return {"figures": figures, "seconds": seconds, "tasks_before_the_kill": killed, "workers_left": left}


def kill_in_the_middle(spark: Any, victim: "subprocess.Popen[bytes]", killed: list[int]) -> None:
    """Kill a worker as soon as the first tasks are done and others are not."""
    tracker = spark.sparkContext.statusTracker()
    while True:
        for stage in tracker.getActiveStageIds():
            info = tracker.getStageInfo(stage)
            if info and 1 <= info.numCompletedTasks < info.numTasks:
                kill_group(victim)
                killed += [info.numCompletedTasks, info.numTasks]
                return
        time.sleep(0.02)


if __name__ == "__main__":
    if sys.argv[1:2] == ["install"]:
        install(Path(sys.argv[2]))
    elif sys.argv[1:2] == ["run"]:
        keys = [word for word in sys.argv[4:] if word != "--kill-one"]
        run(Path(sys.argv[2]), sys.argv[3], keys, kill_one="--kill-one" in sys.argv)
    else:
        sys.exit(__doc__)
