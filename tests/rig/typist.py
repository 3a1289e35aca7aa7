"""Types commands into a program on a terminal of its own at given times.

usage: typist.py SECONDS:COMMAND... -- PROGRAM ARGUMENT...
"""
import os
import pty
import select
import signal
import sys
import time


def main():
    split = sys.argv.index("--")
    lines = [(float(at), text) for at, text in (argument.split(":", 1) for argument in sys.argv[1:split])]
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(sys.argv[split + 1], sys.argv[split + 1:])
    start, last = time.monotonic(), lines[-1][0]
    while True:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                output = os.read(terminal, 4096)
            except OSError:
                break
            if not output:
                break
            sys.stdout.buffer.write(output)
            sys.stdout.flush()
        elapsed = time.monotonic() - start
        while lines and elapsed >= lines[0][0]:
            os.write(terminal, (lines.pop(0)[1] + "\n").encode())
        if not lines and elapsed > last + 8:
            os.kill(pid, signal.SIGTERM)
            break
    os.waitpid(pid, 0)


if __name__ == "__main__":
    main()
