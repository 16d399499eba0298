/**
 * What is done around a program, in Python, unrecorded: compiling it, giving it a fresh `__main__`, telling the monitoring
 * which code is its own, and reporting how it ended. All of these functions take and give one JSON text.
 */
export const PROGRAM_SOURCE = `
TOOL = 4

def user_code(code):
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from user_code(constant)

def place_of(error):
    if isinstance(error, SyntaxError) and error.lineno:
        return error.lineno
    return 0

def make(request):
    "Compiles. Leaves the code and its module for the host to pick up, and answers what it needs to know."
    global code, main, file
    wanted = json.loads(request)
    file = wanted['file']
    source, notes, names = translate(wanted['source'], file)
    code = compile(source, file, 'exec', dont_inherit=True)
    lines = [line + chr(10) for line in source.split(chr(10))]
    linecache.cache[file] = (len(source), None, lines, file)
    main = types.ModuleType('__main__')
    main.__dict__.update(names, __builtins__=builtins, __file__=file)
    sys.modules['__main__'] = main
    sys.argv[:] = [file, *wanted['args']]
    codes = list(user_code(code))
    if wanted['record'] != 'nothing':
        watch(codes)
    gc.collect()
    return json.dumps({'code': id(code), 'globals': id(main.__dict__), 'cell': id(types.CellType), 'notes': notes,
        'codes': [[id(own), own.co_qualname] for own in codes]})

def watch(codes):
    "Has the monitoring tell of these, and of nothing else."
    monitoring = sys.monitoring
    events = monitoring.events
    monitoring.use_tool_id(TOOL, 'recorder')
    for event, callback in ((events.LINE, 'line'), (events.PY_START, 'start'), (events.PY_RESUME, 'start'),
            (events.PY_THROW, 'throw'), (events.PY_RETURN, 'stop'), (events.PY_YIELD, 'stop'), (events.PY_UNWIND, 'unwind')):
        monitoring.register_callback(TOOL, event, callbacks[callback])
    monitoring.set_events(TOOL, events.PY_THROW | events.PY_UNWIND)
    for own in codes:
        monitoring.set_local_events(TOOL, own,
            events.LINE | events.PY_START | events.PY_RESUME | events.PY_RETURN | events.PY_YIELD)

def compile_report(error):
    return json.dumps({'type': type(error).__name__, 'message': str(error.msg if isinstance(error, SyntaxError) else error),
        'line': place_of(error), 'traceback': ''.join(traceback.format_exception_only(error))})

def flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:
            pass

def ended(error):
    "How the program ended: error is what it raised, or None."
    if sys.monitoring.get_tool(TOOL) is not None:
        sys.monitoring.set_events(TOOL, 0)
    flush()
    if error is None:
        return json.dumps({'exit': None})
    if isinstance(error, SystemExit):
        status = error.code
        if status is None or isinstance(status, int):
            return json.dumps({'exit': (status or 0) & 255})
        return json.dumps({'exit': 1, 'words': str(status)})
    line = 0
    step = error.__traceback__
    while step is not None:
        if step.tb_frame.f_code.co_filename == file:
            line = step.tb_lineno
        step = step.tb_next
    if not line:
        line = place_of(error)
    try:
        message = str(error)
    except BaseException:
        message = '<exception str() failed>'
    try:
        text = ''.join(traceback.format_exception(error, limit=-50))
    except BaseException:
        text = ''
    return json.dumps({'exit': None, 'type': type(error).__name__, 'message': message[:10000], 'line': line,
        'traceback': text[:50000], 'memory': isinstance(error, MemoryError)})

def types_alive(_):
    "Addresses of all types, for counting objects. Asks type itself: a program's metaclass has no say."
    found, waiting = set(), [object]
    while waiting:
        for kind in type.__subclasses__(waiting.pop()):
            if id(kind) not in found:
                found.add(id(kind))
                waiting.append(kind)
    return json.dumps([id(object), *found])
`;
