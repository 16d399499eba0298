/**
 * Python 2 as it was printed in books and talks: `xrange`, `print` statements and a few others are read as what they meant, and
 * a module that is used without an import is imported. No line moves, so that every line number is the author's.
 *
 * Names are decided on the syntax tree: only a name that the program never binds itself is given its old meaning.
 */
export const TRANSLATION_SOURCE = `
RENAMED = {'xrange': ('range', range), 'raw_input': ('input', input), 'unicode': ('str', str), 'long': ('int', int),
    'basestring': ('str', str), 'unichr': ('chr', chr), 'reduce': ('functools.reduce', None)}
IMPORTED = ('time', 'sys', 'os', 'math', 'random', 're', 'json', 'gc', 'collections', 'itertools', 'functools', 'datetime',
    'string', 'copy', 'operator', 'heapq', 'bisect', 'array', 'struct', 'types', 'io', 'weakref', 'dataclasses', 'statistics')

def translate(source, file):
    "The source to compile, the notes, and names to put into the module beforehand."
    notes = []
    try:
        tree = compile(source, file, 'exec', ast.PyCF_ONLY_AST, dont_inherit=True)
        if any(isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == 'print'
                for node in ast.walk(tree)):
            # A list that is printed: valid today, but never what was meant.
            source = print_calls(source, notes)
            tree = compile(source, file, 'exec', ast.PyCF_ONLY_AST, dont_inherit=True)
    except SyntaxError as error:
        changed = print_calls(source, notes)
        if changed == source:
            raise
        try:
            tree = compile(changed, file, 'exec', ast.PyCF_ONLY_AST, dont_inherit=True)
        except SyntaxError:
            raise error from None
        source = changed
    return source, notes, old_names(tree, notes)

def note(notes, line, old, new, text):
    notes.append({'line': line, 'from': old, 'to': new, 'note': text})

def old_names(tree, notes):
    bound, used = set(dir(builtins)), {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Load):
                used.setdefault(node.id, node.lineno)
                used[node.id] = min(used[node.id], node.lineno)
            else:
                bound.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.alias):
            bound.add((node.asname or node.name).split('.')[0])
            if node.name == '*':
                return {}
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound.add(node.name)
        elif isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name:
            bound.add(node.name)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            bound.add(node.rest)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            bound.update(node.names)
    attributes = {node.value.id for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)}
    names = {}
    for name, line in sorted(used.items(), key=lambda item: (item[1], item[0])):
        if name in bound:
            continue
        if name in RENAMED:
            new, value = RENAMED[name]
            names[name] = value if value is not None else __import__('functools').reduce
            note(notes, line, name, new, f'"{name}" is Python 2; it stands for "{new}" here.')
        elif name in IMPORTED and name in attributes:
            names[name] = importlib.import_module(name)
            note(notes, line, name, 'import ' + name, f'"{name}" is used but never imported; it was imported.')
    return names

def print_calls(source, notes):
    "Print statements become calls. Line by line of tokens; a program that cannot be read that way stays as it is."
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):
        return source
    lines = source.split(chr(10))
    edits = []
    fresh, depth = True, 0
    skip = (tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT)
    for index, token in enumerate(tokens):
        if token.type in skip:
            continue
        if token.string == 'print' and fresh and depth == 0:
            edit = print_edit(tokens, index)
            if edit:
                edits.append(edit)
        if token.type == tokenize.OP:
            depth += (token.string in '([{') - (token.string in ')]}')
        fresh = token.type == tokenize.NEWLINE or depth == 0 and token.type == tokenize.OP and token.string in (';', ':')
    for start, end, opening, closing in reversed(edits):
        line = lines[end[0] - 1]
        lines[end[0] - 1] = line[:end[1]] + closing + line[end[1]:]
        line = lines[start[0] - 1]
        lines[start[0] - 1] = line[:start[1]] + opening + line[start[1] + 5:].lstrip(' ' if opening.endswith('(') else '')
    if edits:
        note(notes, edits[0][0][0], 'print ...', 'print(...)',
            f'{len(edits)} print statement{"s are" if len(edits) > 1 else " is"} Python 2; read as print().')
    return chr(10).join(lines)

def print_edit(tokens, index):
    first = tokens[index + 1]
    last, depth, end = None, 0, index + 1
    outer = False
    while not (tokens[end].type in (tokenize.NEWLINE, tokenize.ENDMARKER, tokenize.COMMENT)
            or depth == 0 and tokens[end].string == ';' and tokens[end].type == tokenize.OP):
        if tokens[end].type == tokenize.OP:
            depth += (tokens[end].string in '([{') - (tokens[end].string in ')]}')
        if tokens[end].type != tokenize.NL:
            last = tokens[end]
        end += 1
    if last is None:
        return (tokens[index].start, tokens[index].end, 'print(', ')')
    if first.type == tokenize.OP and first.string in ('=', '.', ',', '+=') or first.string == '>>':
        return None
    if first.string == '(' and closes_at(tokens, index + 1) == end - 1:
        return None
    closing = ' end=" ")' if last.string == ',' else ')'
    return (tokens[index].start, last.end, 'print(', closing)

def closes_at(tokens, index):
    depth = 0
    for at in range(index, len(tokens)):
        if tokens[at].type == tokenize.OP:
            depth += (tokens[at].string in '([{') - (tokens[at].string in ')]}')
            if depth == 0:
                return at
    return len(tokens)
`;
