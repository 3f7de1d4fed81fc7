"""Fuzzes the readers with atheris, all together for some minutes; findings are kept.

    python -m venv fuzzing && fuzzing/bin/pip install . atheris
    fuzzing/bin/python fuzz/run.py --minutes 5

An input that brings about a finding goes to `fuzz/findings/TARGET-DIGEST`, and
`tests/test_fuzz_findings.py` holds from then on that it does so no more. Exits with 1 on findings.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from fuzz import targets


def one(name: str, seconds: int, folder: Path) -> None:
    """Fuzz one target in this process, which libFuzzer ends."""
    import atheris

    with atheris.instrument_imports(include=["kg"]):
        from importlib import import_module

        for module in ("kg.assemble", *(f"kg.readers.{m}" for m in targets.FORMATS.values())):
            sys.modules.pop(module, None)
            import_module(module)
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(targets.seeds(name)):
        (corpus / str(number)).write_bytes(seed)
    path = folder / "input"

    def test(data: bytes) -> None:
        targets.run(name, data, path)

    options = [f"-max_total_time={seconds}", "-timeout=20", "-rss_limit_mb=4096", "-max_len=40000"]
    options += [f"-artifact_prefix={folder}/", "-close_fd_mask=0", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *options, str(corpus)], test)
    atheris.Fuzz()


def fuzz(name: str, seconds: int) -> tuple[int, list[Path], str]:
    """Return how many inputs a target was given, and what it could not stand."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        command = [sys.executable, __file__, "--one", name, "--seconds", str(seconds)]
        with contextlib.suppress(subprocess.TimeoutExpired):
            done = subprocess.run(
                [*command, "--folder", temporary],
                capture_output=True,
                text=True,
                errors="replace",
                timeout=seconds + 120,
            )
        tried = re.findall(r"stat::number_of_executed_units:\s*(\d+)", done.stderr)
        tried = tried or re.findall(r"^#(\d+)", done.stderr, re.MULTILINE)
        kept = []
        for prefix in ("crash-", "timeout-", "oom-"):
            for artifact in folder.glob(prefix + "*"):
                data = artifact.read_bytes()
                digest = hashlib.sha256(data).hexdigest()[:12]
                kept.append(targets.FINDINGS / f"{name}-{digest}")
                kept[-1].write_bytes(data)
        if not tried or (done.returncode and not kept):
            raise SystemExit(f"{name} could not be fuzzed:\n{done.stderr[-2000:]}")
        return int(tried[-1]), kept, done.stderr[-3000:] if kept else ""


def main() -> int:
    """Run every target, or those that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5, help="for all targets together")
    parser.add_argument("--target", action="append", choices=targets.names())
    parser.add_argument("--one", help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        one(options.one, options.seconds, options.folder)
        return 0
    chosen = options.target or targets.names()
    seconds = max(2, round(options.minutes * 60 / len(chosen)))
    inputs = findings = 0
    targets.FINDINGS.mkdir(exist_ok=True)
    for name in chosen:
        tried, kept, said = fuzz(name, seconds)
        inputs += tried
        findings += len(kept)
        print(f"{name}: {tried:,} inputs, {len(kept)} findings", flush=True)
        if kept:
            print(said)
    print(f"{len(chosen)} targets, {inputs:,} inputs, {findings} findings")
    return int(findings > 0)


if __name__ == "__main__":
    sys.exit(main())
