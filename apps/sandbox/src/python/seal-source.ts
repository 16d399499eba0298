/**
 * What is done inside the interpreter before a stranger's program runs, in Python: it forgets the bridge to JavaScript, and
 * everything about the machine.
 *
 * Runs twice: `forget` on every start, `check` right after, as a program would try it. The import gate stands behind all of
 * this; here it is about a program meeting ordinary Python errors, and about there being two walls.
 */
export const SEAL_SOURCE = `
import sys, gc, os, posix, types, builtins, importlib, importlib.machinery, linecache, traceback, tokenize, ast, io, json

BRIDGE = ('js', 'pyodide', '_pyodide', 'pyodide_js', '_pyodide_core', 'micropip', 'ctypes', '_ctypes', 'socket', '_socket',
    'ssl', '_ssl', 'mmap', 'subprocess', '_posixsubprocess', 'fcntl', 'termios', 'select', 'selectors', 'asyncio', '_asyncio',
    'signal', '_signal', 'webbrowser', 'faulthandler', '_interpreters', '_interpchannels', '_interpqueues',
    '_testcapi', '_testinternalcapi', '_remote_debugging', 'multiprocessing', 'concurrent', 'resource')
REACHES_OUT = ('js', 'pyodide', '_pyodide', 'pyodide_js', '_pyodide_core', 'ctypes', '_ctypes', 'socket', '_socket', '_ssl',
    'subprocess', '_posixsubprocess', 'mmap')
POSIX = ('system', 'fork', 'forkpty', 'kill', 'killpg', 'execv', 'execve', 'posix_spawn', 'posix_spawnp', 'pipe', 'pipe2',
    'openpty', 'mkfifo', 'mknod', 'setuid', 'setgid', 'putenv', 'unsetenv', 'popen', 'execvp', 'execvpe', 'execl', 'execlp',
    'execle', 'execlpe', 'spawnv', 'spawnve', 'spawnl', 'spawnle', 'wait', 'waitpid', 'nice', 'getloadavg')
FINDERS = (importlib.machinery.BuiltinImporter, importlib.machinery.FrozenImporter, importlib.machinery.PathFinder)

def refusal(name):
    def refused(*arguments, **options):
        raise PermissionError(1, name + ' is not available in the sandbox')
    refused.__name__ = refused.__qualname__ = name
    return refused

def bridge_types():
    "Types of objects that stand for one of JavaScript's."
    found, waiting = set(), [object]
    while waiting:
        for kind in type.__subclasses__(waiting.pop()):
            if kind not in found:
                found.add(kind)
                waiting.append(kind)
    return {kind for kind in found if 'JsProxy' in [base.__name__ for base in kind.__mro__]}

PLAIN = {int, str, bytes, float, bool, complex, type(None), types.CodeType}

def bridge_objects():
    "All of their instances: everything that the collector tracks, and whatever is reached from there."
    bridge, found, seen = bridge_types(), [], set()
    level = gc.get_objects()
    found += [item for item in level if type(item) in bridge]
    while level:
        reached, level = gc.get_referents(*level), []
        for item in reached:
            kind = type(item)
            if kind in PLAIN or gc.is_tracked(item) or id(item) in seen:
                continue
            seen.add(id(item))
            (found if kind in bridge else level).append(item)
    return found

def forget():
    "Returns, as JSON, the addresses that have to be changed from outside: bridge objects, bridge functions."
    sys.meta_path[:] = list(FINDERS)
    # The bridge's own sleep would ask JavaScript for its turn; CPython's waits.
    sys.modules['time'].sleep = getattr(sys.modules['time'].sleep, '__wrapped__', sys.modules['time'].sleep)
    sys.path[:] = [entry for entry in sys.path if entry.startswith('/lib/')]
    sys.path_importer_cache.clear()
    sys.argv[:] = ['']
    sys.orig_argv[:] = []
    sys.executable = sys._base_executable = ''
    for dropped in [name for name in sys.modules if name.split('.')[0] in BRIDGE]:
        module = sys.modules[dropped]
        sys.modules[dropped] = None
        contents = getattr(module, '__dict__', None)
        if type(contents) is dict and dropped.split('.')[0] in REACHES_OUT:
            for key in [key for key in contents if not key.startswith('__')]:
                contents[key] = None
    for name in BRIDGE:
        sys.modules[name] = None
    os.environ.clear()
    posix.environ.clear()
    os.environ.update(HOME='/home', LANG='C.UTF-8')
    for module in (posix, os):
        for name in POSIX:
            if hasattr(module, name):
                setattr(module, name, refusal('os.' + name))
    sys.modules['__main__'] = types.ModuleType('__main__')
    for hook in ('breakpointhook', 'displayhook', 'excepthook', 'unraisablehook'):
        setattr(sys, hook, getattr(sys, '__' + hook + '__'))
    gc.collect()
    gc.unfreeze()
    functions = [id(item) for item in gc.get_objects() if type(item) is types.BuiltinFunctionType
        and str(item.__module__).startswith(('_pyodide', 'pyodide', 'js'))]
    objects = [id(item) for item in bridge_objects()]
    return json.dumps([objects, functions])

ATTEMPTS = '''import js
import pyodide_js
import _pyodide_core
import pyodide.ffi
import ctypes
import _ctypes
import _socket
from importlib.machinery import BuiltinImporter, ModuleSpec; import _imp; _imp.create_builtin(ModuleSpec('_ctypes', BuiltinImporter)).dlopen
from importlib.machinery import BuiltinImporter, ModuleSpec; import _imp; _imp.create_builtin(ModuleSpec('_pyodide_core', BuiltinImporter)).to_js([1])
import os; os.system('true')
import os; os.fork()
open('/etc/passwd')'''

def check():
    "Returns, as JSON, the attempts that did not end in an error."
    succeeded = []
    for attempt in ATTEMPTS.splitlines():
        try:
            exec(attempt, {})
        except (ImportError, OSError, AttributeError):
            continue
        except BaseException as error:
            attempt += ': ' + type(error).__name__
        succeeded.append(attempt)
    succeeded.extend('found a ' + type(item).__name__ for item in bridge_objects())
    return json.dumps(succeeded)
`;
