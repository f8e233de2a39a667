# SPDX-License-Identifier: MIT
# One build description: no recursion, files found by wildcard, so a new element, tool or test is
# one new file and no edit here. `make help' lists what there is to make.

SAN ?=
FUZZ ?=
CC := $(if $(filter default,$(origin CC)),gcc,$(CC))
O ?= build$(if $(SAN),/san)$(if $(TSAN),/tsan)
PREFIX ?= /usr/local

ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 1)
endif
comma := ,
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

# --- files ---

not-tests = $(filter-out %_test.c,$(1))
ELEMENTS ?= elements/*/*.c
engine-src := $(call not-tests,$(wildcard base/*.c engine/*.c engine/*/*.c))
element-src := $(call not-tests,$(wildcard $(ELEMENTS)))
# Those that do not need Linux.
portable-src := $(filter-out elements/device/%,$(element-src)) \
	$(wildcard $(addprefix elements/device/,fromdevice.c todevice.c clickoscontrol.c))
driver-src := $(call not-tests,$(wildcard drivers/*.c drivers/*/*.c))
platform-src := $(call not-tests,$(wildcard platform/linux/*.c platform/linux/*/*.c))
test-src := $(wildcard base/*_test.c engine/*_test.c engine/*/*_test.c elements/*/*_test.c \
	platform/*/*_test.c drivers/*_test.c drivers/*/*_test.c kernel/*_test.c monitor/*_test.c \
	monitor/*/*_test.c)
monitor-src := $(call not-tests,$(wildcard monitor/*.c monitor/*/*.c))
fuzz-src := $(wildcard tests/fuzz/fuzz_*.c)
guest-src := $(wildcard tests/guest/guest_*.c)
pages := $(wildcard docs/man/*.1)

obj = $(patsubst %.c,$(O)/%.o,$(1))
library := $(O)/libclick.a
library-obj := $(call obj,$(engine-src) $(element-src)) $(O)/elements.o
platform-obj := $(call obj,$(platform-src)) $(O)/docs.o
# What reaches a device is the stub's in tests.
driver-obj := $(call obj,$(filter-out drivers/io.c,$(driver-src)))
monitor-obj := $(call obj,$(monitor-src) $(call not-tests,$(wildcard base/*.c)))
guests := $(patsubst tests/guest/guest_%.c,$(O)/tests/guest/%.elf,$(guest-src))
tests := $(patsubst %.c,$(O)/%,$(test-src))
fuzzers := $(patsubst tests/fuzz/%.c,$(O)/%,$(fuzz-src))
tool-links := click-flatten click-check click-pretty click-undead click-combine click-uncombine \
	click-xform click2xml xml2click

# --- flags ---

warnings := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wcast-qual \
	-Wwrite-strings -Wvla -Wpointer-arith -Wconversion -Wno-sign-conversion
# The typed tables of elements rest on these; they stay errors with WERROR= too.
errors := -Werror=incompatible-pointer-types -Werror=int-conversion \
	-Werror=implicit-function-declaration -Werror=implicit-fallthrough
WERROR ?= -Werror

ifneq ($(FUZZ),)
CFLAGS ?= -O1 -g
mode := -DCLICK_EXACT_PACKETS -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover \
	-fno-omit-frame-pointer
else ifneq ($(SAN),)
CFLAGS ?= -O1 -g
mode := -fsanitize=address,undefined -fno-sanitize-recover -fno-omit-frame-pointer
# What gcc believes to see through the sanitizers' checks.
mode += $(if $(findstring clang,$(CC)),,-Wno-maybe-uninitialized -Wno-format-truncation)
else ifneq ($(TSAN),)
CFLAGS ?= -O1 -g
mode := -fsanitize=thread -fno-omit-frame-pointer
else
CFLAGS ?= -O2 -g
mode := -fno-plt -ffunction-sections -fdata-sections
frame-limit := -Wframe-larger-than=1024
endif

xdp := $(shell pkg-config --exists libxdp libbpf 2>/dev/null && echo 1)
packages := zlib libpcap $(if $(xdp),libxdp libbpf)
package-libs := $(shell pkg-config --libs $(packages) 2>/dev/null || echo -lz -lpcap)
LDLIBS = $(package-libs) -lbz2 -lm -lpthread -ldl

cflags = -std=gnu11 -I. -I$(O) $(warnings) $(errors) $(WERROR) $(mode) $(CFLAGS)
cppflags = $(if $(xdp),-DHAVE_XDP=1) $(CPPFLAGS)
ldflags = -Wl,--gc-sections $(mode) $(CFLAGS) $(LDFLAGS)
AR := ar

# A batch may be on the stack of each element it goes through.
$(O)/elements/%.o $(O)/engine/run/%.o: limit = $(if $(filter %_test.c,$<),,$(frame-limit))

# --- what there is to make (## texts are printed by `make help') ---

.PHONY: all
all: $(O)/click $(tool-links:%=$(O)/%) $(O)/clickos.elf $(O)/clickos-monitor ## the programs and the image, into build/ (O=dir: elsewhere)

.PHONY: help
help: ## this list
	@echo 'make TARGET [O=DIR] [CC=clang] [SAN=1|TSAN=1] [WERROR=] [V=1]'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18

.PHONY: run
run: ## builds, then shows a gateway between two networks, in a machine on the best back end here
	@tools/apt-needs.sh run
	@$(MAKE) --no-print-directory all
	@tools/run.sh $(O)

.PHONY: check
check: ## builds in all ways and runs all tests; ends with `N passed, N failed'
	@tools/apt-needs.sh check
	@tools/check.pl $(O)

.PHONY: unit
unit: $(tests) ## the unit tests' programs, X_test.c beside X.c

.PHONY: fuzz
fuzz: ## runs each target in tests/fuzz/ for SECONDS (20), much alike with SEED=N
	@$(MAKE) --no-print-directory FUZZ=1 CC=clang O=$(O)/fuzz fuzzers
	SEED=$(SEED) tools/fuzz.sh $(O)/fuzz $(or $(SECONDS),20)

.PHONY: fuzzers
fuzzers: $(fuzzers)

.PHONY: freestanding
freestanding: ## links and runs all but the platform with nothing but a libc.a
	@$(MAKE) --no-print-directory CC=musl-gcc O=$(O)/musl freestanding-program
	tests/freestanding/check.sh $(O)/musl

.PHONY: check-xen xen-shell
check-xen: ## runs tests/xen/ in an emulated Xen host; ends with `N passed, N failed'
	@tools/apt-needs.sh xen
	@$(MAKE) --no-print-directory all
	@tests/xen/box.sh check $(O)/xen
xen-shell: ## a shell in dom0 of an emulated Xen host, with the project in /src
	@tools/apt-needs.sh xen
	@$(MAKE) --no-print-directory all
	@tests/xen/box.sh shell -p $(O)/click $(O)/xen

.PHONY: bench
bench: all ## what a packet costs: from memory, by table size, between interfaces; and memory
	tests/bench/bench.pl $(O)/click
	tests/bench/routes.pl $(O)/click
	tests/bench/memory.sh $(O)/click
	tests/bench/forward.sh $(O)

.PHONY: bench-vm
bench-vm: all image $(O)/vmtime ## what a VM costs: size, memory, starting, packets against a process
	tests/bench/vm.pl $(O)

.PHONY: arrows
arrows: ## do includes follow the arrows, does each header compile alone?
	tools/arrows.pl
	tools/headers.sh gcc clang

.PHONY: format check-format
format: ## lays out all .c files as .clang-format says
	tools/format.sh -i
check-format: ## are they laid out so?
	tools/format.sh -n

.PHONY: man
man: $(O)/man ## manual pages of all elements, into build/man/

.PHONY: install uninstall
install: all man ## into PREFIX (/usr/local), below DESTDIR
	tools/install.sh install $(O) '$(DESTDIR)' '$(PREFIX)' $(tool-links)
uninstall: ## removes what install has made
	tools/install.sh uninstall $(O) '$(DESTDIR)' '$(PREFIX)' $(tool-links)

.PHONY: deps
deps: ## installs the Debian packages that are missing (root only)
	tools/apt-needs.sh check

.PHONY: clean
clean: ## removes build/ (or O=dir)
	rm -rf $(O)

# --- compiling ---

# Its time changes when the commands or the set of files do: then what depends on it is made anew.
stamp = $(shell mkdir -p $(O); printf '%s\n' '$(2)' | cmp -s - $(O)/$(1) || \
	printf '%s\n' '$(2)' >$(O)/$(1))
ifneq ($(filter-out clean help check deps format check-format arrows,$(or $(MAKECMDGOALS),all)),)
$(call stamp,flags,$(CC) $(cflags) $(cppflags) $(frame-limit) $(LDLIBS))
$(call stamp,files,$(engine-src) $(element-src) $(platform-src) $(driver-src) $(monitor-src) \
	$(wildcard kernel/*.[cS] platform/guest/*.c))
endif

compile = $(call say,CC,$<)$(CC) $(cflags) $(limit) $(cppflags) -MMD -MP -c -o $@ $<
link = $(call say,LD,$@)$(CC) $(ldflags) $(1) -o $@ $(filter %.o,$^) $(filter-out %.o,$^) $(LDLIBS)
say = $(if $(V),,@)mkdir -p $(@D) && $(if $(V),,printf '  %-4s %s\n' '$(1)' '$(2)' && )

$(O)/%.o: %.c $(O)/flags
	$(compile)

$(O)/%.o: $(O)/%.c $(O)/flags
	$(compile)

$(O)/%.o: %.S $(O)/flags
	$(compile)

$(O)/elements.c: tools/mkelements.sh $(element-src) $(O)/files
	$(call say,GEN,$@)tools/mkelements.sh $(element-src) >$@

$(O)/docs.c: tools/mkdocs.pl $(element-src) $(O)/files
	$(call say,GEN,$@)tools/mkdocs.pl $(element-src) >$@

$(library): $(library-obj) $(O)/files
	@rm -f $@
	$(call say,AR,$@)$(AR) rcs $@ $(library-obj)

$(O)/click: $(platform-obj) $(library-obj)
	$(call link,-rdynamic)

$(tool-links:%=$(O)/%): $(O)/click
	@ln -sf click $@

$(O)/libdrivers.a: $(driver-obj) $(O)/files
	@rm -f $@
	$(call say,AR,$@)$(AR) rcs $@ $(driver-obj)

# The platform's own tests run on it, those of drivers and of the guest's platform on a stub of the
# kernel, those of the kernel on what of it runs on a host (of the rest they include the file and are
# the machine), all others on a stub of the platform; on both stubs what has instances and a store.
kernel-machine := $(addprefix $(O)/kernel/,machine.o clock.o switch.o)
guest-machine := $(addprefix $(O)/,platform/guest/file.o tests/unit/stub_kernel.o)
driver-machine := $(O)/tests/unit/stub_kernel.o $(O)/libdrivers.a
xen-machine := $(O)/tests/unit/xen_fake.o $(driver-machine)
store-machine = $(stub) $(xen-machine)

# --- the monitor, and the small guests that test it ---

# Nothing of the host is needed at run time, and it starts in half the time; with musl, where that
# is, in less again, and in a third of the memory.
static := $(if $(SAN)$(TSAN),,-static)
musl := x86_64-linux-musl
has-musl := $(wildcard /usr/include/$(musl)/stdio.h)
small := $(if $(SAN)$(TSAN),,$(has-musl))
musl-include = -nostdinc -isystem /usr/include/$(musl) \
	-isystem $(shell $(CC) -print-file-name=include)
small-obj := $(patsubst $(O)/%,$(O)/small/%,$(monitor-obj))
small-crt := $(addprefix /usr/lib/$(musl)/,crt1.o crti.o)
small-libs = /usr/lib/$(musl)/libc.a $(shell $(CC) -print-libgcc-file-name) /usr/lib/$(musl)/crtn.o

# What the kernel's headers say is not the C library's.
$(O)/small/%.o: %.c $(O)/flags
	$(call say,CC,$<)$(CC) $(cflags) $(musl-include) -idirafter /usr/include \
		-idirafter /usr/include/$(shell $(CC) -print-multiarch) -fno-stack-protector \
		-fno-pic -fno-pie -MMD -MP -c -o $@ $<

ifneq ($(small),)
$(O)/clickos-monitor: $(small-obj) $(O)/files
	$(call say,LD,$@)$(CC) -static -nostdlib -Wl,--gc-sections -o $@ $(small-crt) \
		$(small-obj) $(small-libs)
else
$(O)/clickos-monitor: $(monitor-obj) $(O)/files
	$(call say,LD,$@)$(CC) $(ldflags) $(static) -o $@ $(monitor-obj) -lpthread
endif

$(O)/monitor-probe: $(monitor-obj) $(O)/tests/guest/probe.o
	$(call say,LD,$@)$(CC) $(ldflags) $(static) -o $@ $^ -lpthread

guest-flags := -ffreestanding -fno-stack-protector -fno-pic -mno-red-zone -mcmodel=small \
	-fcf-protection=none -O2 -g
$(O)/tests/guest/guest_%.o: tests/guest/guest_%.c $(O)/flags
	$(call say,CC,$<)$(CC) -std=gnu11 -I. $(warnings) $(errors) $(WERROR) $(guest-flags) -MMD -MP \
		-c -o $@ $<

$(O)/tests/guest/start.o: tests/guest/start.S $(O)/flags
	$(call say,AS,$<)$(CC) -I. -MMD -MP -c -o $@ $<

$(O)/tests/guest/%.elf: $(O)/tests/guest/guest_%.o $(O)/tests/guest/start.o tests/guest/guest.ld
	$(call say,LD,$@)ld -nostdlib -static -z noexecstack --no-warn-rwx-segments \
		-T tests/guest/guest.ld -o $@ $(filter %.o,$^)

$(O)/vmtime: tests/bench/vmtime.c $(O)/flags
	$(call say,CC,$<)$(CC) -std=gnu11 $(warnings) $(errors) $(WERROR) -O2 -o $@ $<

.PHONY: guest-tests
guest-tests: $(O)/clickos-monitor $(O)/monitor-probe $(guests)
machine = $(if $(findstring /kernel/,$(1)),$(kernel-machine),\
	$(if $(findstring /platform/guest/store,$(1)),$(store-machine),\
	$(if $(findstring /platform/guest/,$(1)),$(guest-machine),\
	$(if $(findstring /platform/,$(1)),$(filter-out %/main.o,$(platform-obj)),\
	$(if $(findstring /drivers/xen/,$(1)),$(xen-machine),\
	$(if $(findstring /drivers/,$(1)),$(driver-machine),$(stub)))))))
stub := $(addprefix $(O)/tests/unit/,stub_platform.o coroutine.o)

.PRECIOUS: $(O)/tests/guest/guest_%.o

.SECONDEXPANSION:
$(tests): %: %.o $$(call machine,$$@) $(library)
	$(call link)

driver-fuzzers := $(filter $(O)/fuzz_virtio%,$(fuzzers))
xen-fuzzers := $(filter $(O)/fuzz_xen%,$(fuzzers))
kernel-fuzzers := $(filter $(O)/fuzz_cmdline $(O)/fuzz_cpio,$(fuzzers))
$(filter-out $(driver-fuzzers) $(xen-fuzzers) $(kernel-fuzzers),$(fuzzers)): $(O)/%: $(O)/tests/fuzz/%.o \
		$(stub) $(library)
	$(call link,-fsanitize=fuzzer)

# What drivers allocate stays for ever: the fuzzers take it back after each input.
$(driver-fuzzers): $(O)/%: $(O)/tests/fuzz/%.o $(driver-machine) $(library)
	$(call link,-fsanitize=fuzzer -Wl$(comma)--wrap=calloc -Wl$(comma)--wrap=free)

$(xen-fuzzers): $(O)/%: $(O)/tests/fuzz/%.o $(xen-machine) $(library)
	$(call link,-fsanitize=fuzzer)

$(kernel-fuzzers): $(O)/%: $(O)/tests/fuzz/%.o $(library)
	$(call link,-fsanitize=fuzzer)
$(O)/fuzz_cmdline: $(kernel-machine)
$(O)/fuzz_cpio: $(guest-machine)

$(O)/fuzz_virtqueue: $(call obj,$(filter-out monitor/main.c,$(monitor-src)))

$(O)/man: $(O)/click tools/elemdoc.pl
	$(call say,GEN,$@)rm -rf $@ && mkdir $@ && $(O)/click --tables | tools/elemdoc.pl $@

# --- the command clickos, and its helper for Xen, which is built where libxl is ---

cli-src := $(call not-tests,$(wildcard cli/*.c))
xen-src := $(wildcard cli/xen/*.c)
cli-obj := $(call obj,$(cli-src))
xen-obj := $(call obj,$(xen-src))
cli-tests := $(patsubst %.c,$(O)/%,$(wildcard cli/*_test.c))
cli-libs := $(shell pkg-config --libs json-c libseccomp 2>/dev/null || echo -ljson-c -lseccomp)
xen-packages := xenlight xenstore xentoollog
xen := $(shell pkg-config --exists $(xen-packages) 2>/dev/null && echo 1)
xen-libs := $(if $(xen),$(shell pkg-config --libs $(xen-packages)))
clickos := $(O)/clickos $(if $(xen),$(O)/clickos-xen)

all: $(clickos)
unit: $(cli-tests)

ifneq ($(filter-out clean help check deps format check-format arrows,$(or $(MAKECMDGOALS),all)),)
$(call stamp,cli-files,$(cli-src) $(xen-src))
endif

# Of the library it takes what reads configurations.
$(O)/clickos: LDLIBS = $(cli-libs)
$(O)/clickos: $(cli-obj) $(library) $(O)/cli-files
	$(call say,LD,$@)$(CC) $(ldflags) -o $@ $(cli-obj) $(library) $(LDLIBS)

$(O)/clickos-xen: LDLIBS = $(xen-libs)
$(O)/clickos-xen: $(xen-obj) $(O)/monitor/sink.o $(library)
	$(call link)

# Its tests run on all of it but main().
$(cli-tests): LDLIBS = $(cli-libs)
$(cli-tests): %: %.o $(filter-out %/cli/main.o,$(cli-obj)) $(library)
	$(call link)

# --- the image: kernel, drivers, engine and elements, with what it needs of musl's libc.a ---

image-src := $(engine-src) $(portable-src) $(call not-tests,$(wildcard kernel/*.c drivers/*.c \
	drivers/*/*.c platform/guest/*.c))
image-obj := $(patsubst %.c,$(O)/guest/%.o,$(image-src)) $(O)/guest/kernel/stubs.o \
	$(O)/guest/kernel/switch.o $(O)/guest/elements.o
image-flags := -std=gnu11 -I. $(warnings) $(errors) $(WERROR) $(musl-include) -DCLICK_NO_HELP \
	-fno-pic -fno-pie -fno-stack-protector -fno-asynchronous-unwind-tables -fcf-protection=none \
	-ffunction-sections -fdata-sections -fno-builtin-printf -O2 -g
image-compile = $(if $(has-musl),,$(error the image needs the C library musl: install musl-dev, or make deps))\
	$(call say,CC,$<)$(CC) $(image-flags) -MMD -MP -c -o $@ $<

.PHONY: image
image: $(O)/clickos.elf ## the image, for Xen, KVM and QEMU

$(O)/guest/%.o: %.c $(O)/flags
	$(image-compile)

$(O)/guest/%.o: %.S $(O)/flags
	$(image-compile)

$(O)/guest/elements.o: $(O)/free/elements.c $(O)/flags
	$(image-compile)

$(O)/guest/image.lds: kernel/image.lds.S abi/image.h
	$(call say,GEN,$@)$(CC) -E -P -x c -D__ASSEMBLER__ -I. -o $@ $<

# What is only for debuggers is in clickos.debug.
image-link = $(call say,LD,$@)ld -nostdlib -static -z noexecstack -z max-page-size=4096 --gc-sections \
	--no-warn-rwx-segments -T $(O)/guest/image.lds -o $@ $(filter %.o,$^) --start-group \
	/usr/lib/$(musl)/libc.a $(shell $(CC) -print-libgcc-file-name) --end-group

$(O)/clickos.debug: $(image-obj) $(O)/guest/image.lds $(O)/files
	$(image-link)

%.elf: %.debug
	$(call say,STRIP,$@)objcopy --strip-all $< $@

# The same with elements that do damage, for tests.
vm-src := $(wildcard tests/vm/elements/*.c)
vm-obj := $(filter-out $(O)/guest/elements.o,$(image-obj)) \
	$(patsubst %.c,$(O)/guest/%.o,$(vm-src)) $(O)/guest/tests/vm/elements.o

.PHONY: vm-tests
vm-tests: $(O)/clickos.elf $(O)/tests/vm/clickos.elf

$(O)/tests/vm/elements.c: tools/mkelements.sh $(portable-src) $(vm-src) $(O)/files
	$(call say,GEN,$@)tools/mkelements.sh $(portable-src) $(vm-src) >$@

$(O)/guest/tests/vm/elements.o: $(O)/tests/vm/elements.c $(O)/flags
	$(image-compile)

$(O)/tests/vm/clickos.debug: $(vm-obj) $(O)/guest/image.lds $(O)/files
	$(image-link)

# --- without Linux: the engine and the elements as an image has them ---

free-obj := $(call obj,$(engine-src) $(portable-src)) $(O)/free/elements.o

$(O)/free/elements.c: tools/mkelements.sh $(portable-src) $(O)/files
	$(call say,GEN,$@)tools/mkelements.sh $(portable-src) >$@

$(O)/engine.o: $(free-obj)
	$(call say,LD,$@)ld -r -o $@ $^

$(O)/freestanding: $(O)/engine.o $(O)/tests/unit/stub_platform.o $(O)/tests/freestanding/main.o
	$(call say,LD,$@)$(CC) -static -o $@ $^

.PHONY: freestanding-program
freestanding-program: $(O)/freestanding

-include $(shell find $(O) -path $(O)/xen -prune -o -type f -name '*.d' -print 2>/dev/null)
