/** Functions, code, frames, generators, and what wraps a function. */
export const callableStructs = `
PyFunctionObject: funcobject.h, cpython/funcobject.h
  HEAD
  PyObject* func_code
  PyObject* func_globals
  PyObject* func_builtins                 | 3.10+
  PyObject* func_defaults
  PyObject* func_kwdefaults               | 3.6+
  PyObject* func_closure
  PyObject* func_doc
  PyObject* func_name
  PyObject* func_dict
  PyObject* func_weakreflist
  PyObject* func_module
  PyObject* func_annotations              | 3.6+
  PyObject* func_annotate                 | 3.14
  PyObject* func_qualname                 | 3.6+
  PyObject* func_typeparams               | 3.12+
  vectorcallfunc* vectorcall              | 3.8+
  uint32_t func_version                   | 3.11+

PyCFunctionObject: methodobject.h
  HEAD
  PyMethodDef* m_ml
  PyObject* m_self
  PyObject* m_module
  PyObject* m_weakreflist                 | 3.6+
  vectorcallfunc* vectorcall              | 3.8+

PyMethodObject: classobject.h
  HEAD
  PyObject* im_func
  PyObject* im_self
  PyObject* im_class                      | 2.7
  PyObject* im_weakreflist
  vectorcallfunc* vectorcall              | 3.8+

wrapperobject: descrobject.c
  HEAD
  PyWrapperDescrObject* descr
  PyObject* self

staticmethod: funcobject.c
  HEAD
  PyObject* sm_callable
  PyObject* sm_dict                       | 3.6+

propertyobject: descrobject.c
  HEAD
  PyObject* prop_get
  PyObject* prop_set
  PyObject* prop_del
  PyObject* prop_doc
  PyObject* prop_name                     | 3.10+
  int getter_doc

superobject: typeobject.c
  HEAD
  PyTypeObject* type
  PyObject* obj
  PyTypeObject* obj_type

PyCellObject: cellobject.h
  HEAD
  PyObject* ob_ref

partialobject: _functoolsmodule.c
  HEAD
  PyObject* fn
  PyObject* args
  PyObject* kw
  PyObject* dict
  PyObject* weakreflist
  int use_fastcall                        | 3.7-3.8
  PyObject* placeholder                   | 3.14
  Py_ssize_t phcount                      | 3.14
  vectorcallfunc* vectorcall              | 3.9+

PyWeakReference: weakrefobject.h
  HEAD
  PyObject* wr_object
  PyObject* wr_callback
  long hash                               | 2.7
  Py_hash_t hash                          | 3.6+
  PyWeakReference* wr_prev
  PyWeakReference* wr_next
  vectorcallfunc* vectorcall              | 3.11+

PyCodeObject: code.h
  HEAD                                    | 2.7-3.10
  int co_argcount                         | 2.7-3.10
  int co_posonlyargcount                  | 3.8-3.10
  int co_kwonlyargcount                   | 3.6-3.10
  int co_nlocals                          | 2.7-3.10
  int co_stacksize                        | 2.7-3.10
  int co_flags                            | 2.7-3.10
  int co_firstlineno                      | 3.6-3.10
  PyObject* co_code                       | 2.7-3.10
  PyObject* co_consts                     | 2.7-3.10
  PyObject* co_names                      | 2.7-3.10
  PyObject* co_varnames                   | 2.7-3.10
  PyObject* co_freevars                   | 2.7-3.10
  PyObject* co_cellvars                   | 2.7-3.10
  Py_ssize_t* co_cell2arg                 | 3.6-3.10
  PyObject* co_filename                   | 2.7-3.10
  PyObject* co_name                       | 2.7-3.10
  int co_firstlineno                      | 2.7
  PyObject* co_lnotab                     | 2.7-3.10
  void* co_zombieframe                    | 2.7-3.10
  PyObject* co_weakreflist                | 2.7-3.10
  void* co_extra                          | 3.6-3.10
  unsigned char* co_opcache_map           | 3.8-3.10
  _PyOpcache* co_opcache                  | 3.8-3.10
  int co_opcache_flag                     | 3.8-3.10
  unsigned char co_opcache_size           | 3.8-3.10
  VAR_HEAD                                | 3.11+
  PyObject* co_consts                     | 3.11+
  PyObject* co_names                      | 3.11+
  PyObject* co_exceptiontable             | 3.11+
  int co_flags                            | 3.11+
  short co_warmup                         | 3.11
  short _co_linearray_entry_size          | 3.11
  int co_argcount                         | 3.11+
  int co_posonlyargcount                  | 3.11+
  int co_kwonlyargcount                   | 3.11+
  int co_stacksize                        | 3.11+
  int co_firstlineno                      | 3.11+
  int co_nlocalsplus                      | 3.11+
  int co_framesize                        | 3.12+
  int co_nlocals                          | 3.11+
  int co_nplaincellvars                   | 3.11
  int co_ncellvars                        | 3.11+
  int co_nfreevars                        | 3.11+
  uint32_t co_version                     | 3.12+
  PyObject* co_localsplusnames            | 3.11+
  PyObject* co_localspluskinds            | 3.11+
  PyObject* co_filename                   | 3.11+
  PyObject* co_name                       | 3.11+
  PyObject* co_qualname                   | 3.11+
  PyObject* co_linetable                  | 3.11+
  PyObject* co_weakreflist                | 3.11+
  PyObject* _co_code                      | 3.11
  char* _co_linearray                     | 3.11
  _PyExecutorArray* co_executors          | 3.13+
  _PyCoCached* _co_cached                 | 3.12+
  uint64_t _co_instrumentation_version    | 3.12
  uintptr_t _co_instrumentation_version   | 3.13+
  _PyCoMonitoringData* _co_monitoring     | 3.12+
  Py_ssize_t _co_unique_id                | 3.14
  int _co_firsttraceable                  | 3.11+
  void* co_extra                          | 3.11+
  char co_code_adaptive[]                 | 3.11+

PyTryBlock: frameobject.h
  int b_type
  int b_handler
  int b_level

_PyInterpreterFrame: pycore_frame.h
  PyObject* f_funcobj
  PyObject* f_globals
  PyObject* f_builtins
  PyObject* f_locals
  PyCodeObject* f_code
  PyFrameObject* frame_obj
  _PyInterpreterFrame* previous
  _Py_CODEUNIT* prev_instr
  int stacktop                            | 3.11-3.13
  bool is_entry                           | 3.11
  uint16_t return_offset                  | 3.12-3.13
  _PyStackRef* stackpointer               | 3.14
  uint16_t return_offset                  | 3.14
  char owner
  uint8_t visited                         | 3.14
  PyObject* localsplus[]

PyFrameObject: frameobject.h, pycore_frame.h
  VAR_HEAD                                | 2.7-3.10
  HEAD                                    | 3.11+
  PyFrameObject* f_back
  _PyInterpreterFrame* f_frame            | 3.11+
  PyCodeObject* f_code                    | 2.7-3.10
  PyObject* f_builtins                    | 2.7-3.10
  PyObject* f_globals                     | 2.7-3.10
  PyObject* f_locals                      | 2.7-3.10
  PyObject** f_valuestack                 | 2.7-3.10
  PyObject** f_stacktop                   | 2.7-3.9
  PyObject* f_trace
  PyObject* f_exc_type                    | 2.7-3.6
  PyObject* f_exc_value                   | 2.7-3.6
  PyObject* f_exc_traceback               | 2.7-3.6
  PyThreadState* f_tstate                 | 2.7
  int f_stackdepth                        | 3.10
  char f_trace_lines                      | 3.7-3.10
  char f_trace_opcodes                    | 3.7-3.10
  PyObject* f_gen                         | 3.6-3.10
  int f_lasti                             | 2.7-3.10
  int f_lineno
  int f_iblock                            | 2.7-3.10
  char f_executing                        | 3.6-3.9
  char f_state                            | 3.10
  PyTryBlock f_blockstack[20]             | 2.7-3.10
  PyObject* f_localsplus[]               | 2.7-3.10
  char f_trace_lines                      | 3.11+
  char f_trace_opcodes                    | 3.11+
  char f_fast_as_locals                   | 3.11-3.12
  PyObject* f_extra_locals                | 3.13+
  PyObject* f_locals_cache                | 3.13+
  PyObject* f_overwritten_fast_locals     | 3.14
  PyObject* _f_frame_data[]               | 3.11+

_PyErr_StackItem: cpython/pystate.h
  PyObject* exc_type                      | 3.7-3.10
  PyObject* exc_value
  PyObject* exc_traceback                 | 3.7-3.10
  _PyErr_StackItem* previous_item

PyGenObject: genobject.h, pycore_genobject.h
  HEAD
  PyFrameObject* gi_frame                 | 2.7-3.10
  int gi_running                          | 2.7
  char gi_running                         | 3.6-3.9
  PyObject* gi_code                       | 2.7-3.11
  PyObject* gi_weakreflist
  PyObject* gi_name                       | 3.6+
  PyObject* gi_qualname                   | 3.6+
  _PyErr_StackItem gi_exc_state           | 3.7+
  PyObject* gi_origin_or_finalizer        | 3.11+
  char gi_hooks_inited                    | 3.11+
  char gi_closed                          | 3.11+
  char gi_running_async                   | 3.11+
  int8_t gi_frame_state                   | 3.11+
  PyObject* gi_iframe[]                   | 3.11+
`;
