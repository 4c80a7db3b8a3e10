# Stage one has no snapshot: both blobs are empty.
.section .rodata.snapshot,"a",@progbits
.globl gyre_snapshot_begin
.globl gyre_snapshot_end
.globl gyre_code_cache_begin
.globl gyre_code_cache_end
gyre_snapshot_begin:
gyre_snapshot_end:
gyre_code_cache_begin:
gyre_code_cache_end:
.byte 0
.section .note.GNU-stack,"",@progbits
