"""Runs a command in a pseudo terminal, and prints what it writes: a line [seconds, base64] for each piece."""
import base64, fcntl, json, os, pty, struct, sys, termios, time

columns, rows, *command = sys.argv[1:]
pid, terminal = pty.fork()
if pid == 0:
    os.read(0, 1)
    os.execvp(command[0], command)
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", int(rows), int(columns), 0, 0))
attributes = termios.tcgetattr(terminal)
attributes[3] &= ~(termios.ECHO | termios.ICANON)
termios.tcsetattr(terminal, termios.TCSANOW, attributes)
os.write(terminal, b"\n")
started = time.monotonic()
while True:
    try:
        data = os.read(terminal, 65536)
    except OSError:
        break
    if not data:
        break
    print(json.dumps([time.monotonic() - started, base64.b64encode(data).decode()]), flush=True)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
