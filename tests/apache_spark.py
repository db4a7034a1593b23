"""Apache Spark itself, on the loopback: a Spark Connect server in a virtual environment of its own,
since its package and the client's have one import name."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

from paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

VERSION = "4.2.0"
HOME = ROOT / "build/apache-spark"
"""Where the environment stays from run to run; 900 MB."""

_STARTS_WITHIN_S = 180
_OLDEST_JAVA = 17
# what a small question costs is planning: nothing is compiled, nothing is shuffled
_SETTINGS = {
    "spark.connect.grpc.binding.address": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
    "spark.default.parallelism": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.lightweightPlanChangeValidation": "false",
}
_SERVER = "org.apache.spark.sql.connect.service.SparkConnectServer"


def lacking() -> str | None:
    """Return why no server can run here, None where one can."""
    java = shutil.which("java")
    if java is None:
        return "no Java (openjdk-17-jre-headless)"
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    if found is None or int(found[1]) < _OLDEST_JAVA:
        return f"Java is older than {_OLDEST_JAVA}"
    return None


def installed() -> Path:
    """Install the server once and return the folder of its package."""
    python = HOME / "bin/python"
    done = HOME / f"installed-{VERSION}"
    if not done.exists():
        shutil.rmtree(HOME, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", str(HOME)], check=True, timeout=600)
        command = [str(python), "-m", "pip", "install", "-q", f"pyspark[connect]=={VERSION}"]
        subprocess.run(command, check=True, timeout=1800)
        done.touch()
    return next((HOME / "lib").glob("python*/site-packages/pyspark"))


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Run a server that keeps its files in a folder, and give its address."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {**_SETTINGS, "spark.connect.grpc.binding.port": str(port)}
    command = [str(installed() / "bin/spark-submit"), "--class", _SERVER, "--master", "local[2]",
               "--driver-memory", "2g", "--driver-java-options",
               "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"]  # fmt: skip
    for name, value in settings.items():
        command += ["--conf", f"{name}={value}"]
    environment = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": "python3",
                   "PATH": f"{HOME}/bin:{os.environ['PATH']}"}  # fmt: skip
    log = folder / "server.log"
    with log.open("wb") as said:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=said, stderr=said,
                                  start_new_session=True)  # fmt: skip
    try:
        _wait_for(port, server, log)
        yield f"sc://127.0.0.1:{port}"
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _STARTS_WITHIN_S
    while time.monotonic() < until and server.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.2)
    raise RuntimeError(f"Apache Spark did not start:\n{log.read_text()[-2000:]}")
