"""minidl beside PyTorch and other libraries: `python -m bench --help`.

On import, before NumPy and torch, it gives each of them one thread.
"""
import os

# Each library its own choice of kernels for this processor, whatever the environment prescribes.
for name in list(os.environ):
    if name.startswith(('OPENBLAS_', 'MKL_', 'ATEN_CPU', 'ONEDNN_', 'DNNL_')): del os.environ[name]
for name in 'OPENBLAS_NUM_THREADS', 'OMP_NUM_THREADS', 'MKL_NUM_THREADS', 'VECLIB_MAXIMUM_THREADS':
    os.environ[name] = '1'
os.environ['XLA_FLAGS'] = f'{os.environ.get("XLA_FLAGS", "")} --xla_cpu_multi_thread_eigen=false'   # JAX
os.environ.setdefault('TORCHINDUCTOR_COMPILE_THREADS', '1')
