/**
 * Ways out that a program may try. Each is Python that sets `escaped` to something true when it got out; an exception, or
 * nothing found, is a failure to get out. `PORT` is where the service listens, `PID` its process, `FOLDER` one of its folders.
 */
export const ESCAPES: Readonly<Record<string, string>> = {
  'the js module': `
import js
escaped = js.process.pid`,
  'a function made by JavaScript’s Object': `
import js
escaped = js.Object.constructor('return globalThis.process.pid')()`,
  'the constructor of the global object': `
import js
escaped = js.constructor.constructor('return globalThis.process.pid')()`,
  'Node’s builtin modules': `
import js
escaped = js.process.getBuiltinModule('fs').readFileSync('/etc/passwd', 'utf8')`,
  'the main module': `
import js
escaped = js.process.mainModule`,
  fetch: `
import js
escaped = js.fetch('http://127.0.0.1:PORT/x')`,
  'a web socket': `
import js
escaped = js.WebSocket.new('ws://127.0.0.1:PORT/')`,
  'a signal to the service': `
import js
escaped = js.process.kill(PID, 0)`,
  run_js: `
from pyodide.code import run_js
escaped = run_js('process.pid')`,
  'run_js with an import': `
from pyodide.code import run_js
escaped = run_js("import('node:fs').then(m => m.readFileSync('/etc/passwd', 'utf8'))")`,
  'the constructor of what to_js makes': `
from pyodide.ffi import to_js
escaped = to_js([1]).constructor.constructor('return globalThis.process.pid')()`,
  'to_js of the core module': `
import _pyodide_core
escaped = _pyodide_core.to_js([1]).constructor`,
  'a host folder mounted by pyodide': `
import pyodide_js
pyodide_js.mountNodeFS('/host', '/etc')
escaped = open('/host/passwd').read()`,
  'a host folder mounted for writing': `
import pyodide_js
pyodide_js.mountNodeFS('/host', 'FOLDER')
open('/host/escaped', 'w').write('x')
escaped = True`,
  'packages from the network': `
import pyodide_js
escaped = pyodide_js.loadPackage('http://127.0.0.1:PORT/x-1.0-py3-none-any.whl')`,
  'the file system of pyodide': `
from pyodide.ffi import JsException
import pyodide_js
try:
    pyodide_js.FS.readFile('/none')
except JsException as error:
    escaped = error.js_error.constructor.constructor('return globalThis.process.pid')()`,
  pyfetch: `
from pyodide.http import pyfetch
pyfetch('http://127.0.0.1:PORT/x').send(None)
escaped = True`,
  open_url: `
from pyodide.http import open_url
escaped = open_url('http://127.0.0.1:PORT/x').read()`,
  'an event loop': `
import asyncio
asyncio.get_event_loop().call_later(0.1, print, 'later')
escaped = True`,

  'bridge objects among all objects': `
import gc
seen, waiting = set(), list(gc.get_objects())
while waiting:
    item = waiting.pop()
    if id(item) in seen:
        continue
    seen.add(id(item))
    if 'JsProxy' in [base.__name__ for base in type(item).__mro__] and not isinstance(item, type):
        escaped = repr(type(item))
        item.constructor.constructor('return 1')()
    if len(seen) < 150000:
        waiting.extend(gc.get_referents(item))`,
  'bridge functions among all objects': `
import gc
for item in gc.get_objects():
    if type(item).__name__ == 'builtin_function_or_method' and str(item.__module__).startswith(('_pyodide', 'pyodide', 'js')):
        for arguments in ((), ([1],), ('1',), ('1', {})):
            try:
                escaped = (item.__name__, item(*arguments))
            except (PermissionError, TypeError, AttributeError):
                pass`,
  'forgotten functions of pyodide': `
import gc
for item in gc.get_objects():
    if type(item).__name__ == 'function' and item.__name__ in ('run_js', 'pyfetch', 'open_url', 'register_js_module', 'create_proxy'):
        try:
            escaped = item('globalThis.process.pid').constructor
        except Exception:
            pass`,
  'bridge objects left in modules': `
import sys
for module in list(sys.modules.values()):
    for name, value in list(getattr(module, '__dict__', {}).items()):
        if type(value).__name__.startswith('Js') and not isinstance(value, type):
            escaped = (name, value.constructor.constructor('return 1')())`,
  'the bridge’s types among all subclasses': `
for kind in object.__subclasses__():
    if kind.__name__.startswith('Js'):
        for make in (kind, lambda: kind.__new__(kind), lambda: object.__new__(kind)):
            try:
                escaped = make().constructor
            except (TypeError, AttributeError, PermissionError):
                pass
        for name in dir(kind):
            try:
                value = getattr(kind, name)
                if not name.startswith('__') and callable(value):
                    escaped = value(object())
            except (TypeError, PermissionError, AttributeError):
                pass`,
  'a finder that was removed': `
import gc, sys
for item in gc.get_objects():
    if type(item).__name__ == 'JsFinder':
        sys.meta_path.append(item)
for name in ('js', 'pyodide_js'):
    sys.modules.pop(name, None)
import js
escaped = js.process.pid`,
  'modules taken out of sys.modules': `
import sys, importlib
for name in ('js', 'pyodide_js', '_pyodide_core', 'pyodide.code', '_pyodide', 'ctypes', '_ctypes'):
    sys.modules.pop(name, None)
for name in ('js', 'pyodide_js', '_ctypes'):
    try:
        escaped = importlib.import_module(name)
    except ImportError:
        pass
import _pyodide_core
escaped = _pyodide_core.to_js([1])`,
  'the core module made again': `
import _imp
from importlib.machinery import BuiltinImporter, ModuleSpec
module = _imp.create_builtin(ModuleSpec('_pyodide_core', BuiltinImporter))
escaped = module.to_js([1]).constructor`,
  'libffi, by the list of builtin modules': `
import _imp
from importlib.machinery import BuiltinImporter, ModuleSpec
for name in ('_ctypes', '_socket', '_testcapi', '_testinternalcapi', 'mmap', '_posixsubprocess', '_interpreters'):
    module = _imp.create_builtin(ModuleSpec(name, BuiltinImporter))
    if module is not None:
        escaped = name`,
  'any banned module, imported': `
import importlib
for name in ('ctypes', 'socket', 'ssl', 'mmap', 'subprocess', 'signal', 'select', 'fcntl', 'multiprocessing',
        'faulthandler', 'webbrowser', 'resource', '_testcapi', '_testinternalcapi', '_xxsubinterpreters', '_interpreters'):
    try:
        importlib.import_module(name)
        escaped = name
    except ImportError:
        pass`,
  'a module loaded from its source again': `
import importlib.util
spec = importlib.util.spec_from_file_location('ctypes_again', '/lib/python314.zip/ctypes/__init__.py')
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
escaped = module`,
  'zipimport, past the finders': `
import zipimport
module = zipimport.zipimporter('/lib/python314.zip').load_module('ctypes')
escaped = module`,
  'memory by ctypes': `
import ctypes
escaped = ctypes.string_at(1024, 8)`,
  'a script by ctypes': `
import ctypes
escaped = ctypes.pythonapi.emscripten_run_script_int(b'globalThis.process.pid')`,
  'a shared library': `
import importlib.machinery
open('/tmp/x.so', 'wb').write(b'\\0asm\\1\\0\\0\\0')
escaped = importlib.machinery.ExtensionFileLoader('x', '/tmp/x.so').create_module(importlib.machinery.ModuleSpec('x', None, origin='/tmp/x.so'))`,

  'a shell': `
import os
escaped = os.system('touch FOLDER/escaped') == 0`,
  'a shell of a fresh posix module': `
import _imp
from importlib.machinery import BuiltinImporter, ModuleSpec
posix = _imp.create_builtin(ModuleSpec('posix', BuiltinImporter))
escaped = getattr(posix, 'system', lambda command: 1)('touch FOLDER/escaped') == 0`,
  'system among all objects': `
import gc
for item in gc.get_objects():
    if type(item).__name__ == 'builtin_function_or_method' and item.__name__ in ('system', 'fork', 'kill'):
        try:
            escaped = item('touch FOLDER/escaped') == 0 or globals().get('escaped', False)
        except (TypeError, OSError):
            pass`,
  'a process': `
import subprocess
escaped = subprocess.run(['id'], capture_output=True)`,
  'a fork': `
import os
escaped = os.fork() is not None`,
  'a fork bomb': `
import os
for _ in range(1000):
    os.fork()
escaped = True`,
  'another program in its place': `
import os
os.execv('/bin/sh', ['sh', '-c', 'touch FOLDER/escaped'])
escaped = True`,
  'a spawned program': `
import os
escaped = os.posix_spawn('/bin/sh', ['sh', '-c', 'touch FOLDER/escaped'], {})`,
  'a kill': `
import os
os.kill(PID, 0)
escaped = True`,
  'a thread': `
import threading
threading.Thread(target=print).start()
escaped = True`,
  'a signal handler': `
import signal
signal.alarm(1)
escaped = True`,
  'a socket': `
import socket
socket.create_connection(('127.0.0.1', PORT), 2)
escaped = True`,
  urllib: `
import urllib.request
escaped = urllib.request.urlopen('http://127.0.0.1:PORT/x', timeout=2).read()`,
  'http.client': `
import http.client
http.client.HTTPConnection('127.0.0.1', PORT).request('GET', '/')
escaped = True`,

  'a file of the host': `
escaped = open('/etc/passwd').read()`,
  'the environment by /proc': `
escaped = open('/proc/self/environ').read()`,
  'the host by /proc': `
import os
escaped = [name for name in os.listdir('/proc') if name not in ('self',)] or os.listdir('/proc/self') not in (['fd'], [])`,
  'a folder of the host': `
import os
escaped = os.listdir('FOLDER')`,
  'a symbolic link to the host': `
import os
os.symlink('/etc', '/tmp/link')
escaped = open('/tmp/link/passwd').read()`,
  'a file in a folder of the host': `
open('FOLDER/escaped', 'w').write('x')
escaped = True`,
  'a file of the host, removed': `
import os
os.remove('FOLDER/kept')
escaped = True`,
  'a device': `
import os
os.mknod('/tmp/device', 0o60660, os.makedev(8, 0))
escaped = True`,
  'the root folder': `
import os
escaped = set(os.listdir('/')) - {'tmp', 'home', 'dev', 'proc', 'lib'}`,
  'the environment': `
import os, posix
escaped = set(posix.environ) - {b'HOME', b'LANG'} or set(os.environ) - {'HOME', 'LANG'}`,
  'paths of the host in its memory': `
import gc
seen, level = set(), gc.get_objects()
for _ in range(3):
    level = [item for item in gc.get_referents(*level) if id(item) not in seen]
    seen.update(id(item) for item in level)
    for item in level:
        if type(item) is str and '/' in item and len(item) < 1000:
            text = item.encode('utf8', 'replace').hex()
            # The names of two folders on the way to the service's files, in hexadecimal.
            if '2f6e6f64655f6d6f64756c6573' in text or '2f646973742f' in text:
                escaped = item`,
  'standard input': `
import sys
escaped = sys.stdin.read(5)`,

  'the frames below': `
import sys
frame = sys._getframe()
names = []
while frame:
    names.append(frame.f_code.co_name)
    names.extend(name for name in frame.f_globals if 'interpreter' in name or name in ('forget', 'ended', 'callbacks'))
    frame = frame.f_back
escaped = names.count('<module>') > 2 or 'forget' in names or 'callbacks' in names`,
  'the frames of a traceback': `
try:
    1 / 0
except ZeroDivisionError as error:
    step = error.__traceback__
    while step:
        if {'forget', 'ended'} & set(step.tb_frame.f_globals):
            escaped = True
        frame = step.tb_frame
        while frame:
            if {'forget', 'ended'} & set(frame.f_globals):
                escaped = True
            frame = frame.f_back
        step = step.tb_next`,
  'an audit hook that watches for the bridge': `
import sys
caught = []
def hook(event, arguments, caught=caught, type=type):
    for item in arguments:
        if 'JsProxy' in type(item).__name__:
            caught.append(item)
sys.addaudithook(hook)
compile('1', 'x', 'eval')
open('/tmp/audited', 'w').close()
escaped = caught`,
  'the original functions of io': `
import io, _io
escaped = _io.open('/etc/passwd').read()`,
  'the file descriptor of the messages': `
import os
os.write(3, b'forged')
escaped = True`,
  'the file descriptor of the messages, opened': `
with open(3, 'wb', closefd=False) as channel:
    channel.write(b'forged')
escaped = True`,
  'any open file descriptor but the three': `
import os
for descriptor in range(3, 64):
    try:
        os.fstat(descriptor)
        escaped = descriptor
    except OSError:
        pass`,
  'the recorder’s callbacks, called by hand': `
import sys
monitoring = sys.monitoring
for event in (monitoring.events.LINE, monitoring.events.PY_START, monitoring.events.PY_UNWIND):
    callback = monitoring.register_callback(4, event, None)
    for arguments in ((), (1,), (1, 2), (None, None, None), ('x' * 100, -1)):
        try:
            if callback(*arguments) is not None:
                escaped = arguments
        except Exception:
            pass
    monitoring.register_callback(4, event, callback)`,
};

/** Those after which nothing can go on: each in a child of its own. `escaped` is printed if it is ever reached. */
export const LAST_DEEDS: Readonly<Record<string, string>> = {
  'forged byte code': `
function = lambda: 0
for codes in (b'\\x54\\xff' * 40, b'\\x40\\xff\\x1f\\x00' * 60, bytes(range(256)) * 4):
    try:
        function.__code__ = function.__code__.replace(co_code=codes, co_stacksize=200)
        function()
    except Exception:
        pass`,
  'everything deleted': `
import os
for folder, folders, files in os.walk('/', topdown=False):
    for name in files + folders:
        try:
            os.remove(os.path.join(folder, name))
        except OSError:
            try:
                os.rmdir(os.path.join(folder, name))
            except OSError:
                pass`,
  'every builtin gone': `
import builtins, sys, gc
for module in list(sys.modules.values()):
    if module is not None and module is not builtins:
        vars(module).clear()
vars(builtins).clear()`,
  'every import of the bridge called': `
import gc, types
for item in gc.get_objects():
    if isinstance(item, (types.BuiltinFunctionType, types.MethodDescriptorType)) and 'yodide' in str(getattr(item, '__module__', '')):
        for arguments in ((), (1,), (object(),), ('x', 'y')):
            try:
                item(*arguments)
            except Exception:
                pass`,
};
