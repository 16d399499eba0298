/** Types, modules, exceptions. The slots of a type are counted, not named: `[9]` are as many pointers in a row. */
export const classStructs = `
PyTypeObject: object.h, cpython/object.h
  VAR_HEAD
  char* tp_name
  Py_ssize_t tp_basicsize
  Py_ssize_t tp_itemsize
  destructor* tp_dealloc
  printfunc* tp_print                     | 2.7-3.7
  Py_ssize_t tp_vectorcall_offset         | 3.8+
  getattrfunc* tp_getattr
  setattrfunc* tp_setattr
  void* tp_as_async_or_compare
  reprfunc* tp_repr
  void* tp_as_number_to_buffer[9]
  unsigned long tp_flags
  char* tp_doc
  void* tp_traverse_to_richcompare[3]
  Py_ssize_t tp_weaklistoffset
  void* tp_iter_to_dict[7]
  void* tp_descr_get_and_set[2]
  Py_ssize_t tp_dictoffset
  void* tp_init_to_is_gc[5]
  PyObject* tp_bases_to_weaklist[5]
  destructor* tp_del
  unsigned tp_version_tag
  destructor* tp_finalize                 | 3.6+
  vectorcallfunc* tp_vectorcall           | 3.8+
  printfunc* tp_print                     | 3.8
  unsigned char tp_watched                | 3.12+
  uint16_t tp_versions_used               | 3.13+

PyAsyncMethods: cpython/object.h
  unaryfunc* am_await
  unaryfunc* am_aiter
  unaryfunc* am_anext
  sendfunc* am_send                       | 3.10+

PyNumberMethods: object.h
  void* nb_slots[39]                      | 2.7
  void* nb_slots[36]                      | 3.6+

PySequenceMethods: object.h
  void* sq_slots[10]

PyMappingMethods: object.h
  void* mp_slots[3]

PyBufferProcs: object.h
  void* bf_slots[6]                       | 2.7
  void* bf_slots[2]                       | 3.6+

_specialization_cache: cpython/object.h
  PyObject* getitem
  uint32_t getitem_version                | 3.12+
  PyObject* init                          | 3.13+

PyHeapTypeObject: object.h, cpython/object.h
  PyTypeObject ht_type
  PyAsyncMethods as_async                 | 3.6+
  PyNumberMethods as_number
  PyMappingMethods as_mapping
  PySequenceMethods as_sequence
  PyBufferProcs as_buffer
  PyObject* ht_name
  PyObject* ht_slots
  PyObject* ht_qualname                   | 3.6+
  PyDictKeysObject* ht_cached_keys        | 3.6+
  PyObject* ht_module                     | 3.9+
  char* _ht_tpname                        | 3.11+
  void* ht_token                          | 3.14
  _specialization_cache _spec_cache       | 3.11+

PyMemberDef: structmember.h, descrobject.h
  char* name
  int type
  Py_ssize_t offset
  int flags
  char* doc

PyModuleObject: moduleobject.c
  HEAD
  PyObject* md_dict
  PyModuleDef* md_def                     | 3.6+
  void* md_state                          | 3.6+
  PyObject* md_weaklist                   | 3.6+
  PyObject* md_name                       | 3.6+

PyBaseExceptionObject: pyerrors.h
  HEAD
  PyObject* dict
  PyObject* args
  PyObject* message                       | 2.7
  PyObject* notes                         | 3.11+
  PyObject* traceback                     | 3.6+
  PyObject* context                       | 3.6+
  PyObject* cause                         | 3.6+
  char suppress_context                   | 3.6+
`;
