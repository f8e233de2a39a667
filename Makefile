# SPDX-License-Identifier: MIT
# One build description: no recursion, files found by wildcard, so a new element, tool or test is
# one new file and no edit here. `make help' lists what there is to make.

SAN ?=
FUZZ ?=
CC := $(if $(filter default,$(origin CC)),gcc,$(CC))
O ?= build$(if $(SAN),/san)
PREFIX ?= /usr/local
VERSION := 0.1

ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(shell nproc 2>/dev/null || echo 1)
endif
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

# --- files ---

not-tests = $(filter-out %_test.c,$(1))
ELEMENTS ?= elements/*/*.c
engine-src := $(call not-tests,$(wildcard base/*.c engine/*.c engine/*/*.c))
element-src := $(call not-tests,$(wildcard $(ELEMENTS)))
platform-src := $(call not-tests,$(wildcard platform/linux/*.c platform/linux/*/*.c))
test-src := $(wildcard base/*_test.c engine/*_test.c engine/*/*_test.c elements/*/*_test.c \
	platform/*/*_test.c)
fuzz-src := $(wildcard tests/fuzz/fuzz_*.c)
pages := $(wildcard docs/man/*.1)

obj = $(patsubst %.c,$(O)/%.o,$(1))
library := $(O)/libclick.a
library-obj := $(call obj,$(engine-src) $(element-src)) $(O)/elements.o
platform-obj := $(call obj,$(platform-src)) $(O)/docs.o
tests := $(patsubst %.c,$(O)/%,$(test-src))
fuzzers := $(patsubst tests/fuzz/%.c,$(O)/%,$(fuzz-src))
tool-links := click-flatten click-check click-pretty click-undead click-combine click-uncombine \
	click-xform click2xml

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
$(O)/elements/%.o $(O)/engine/run/%.o: warnings += $(frame-limit)

# --- what there is to make (## texts are printed by `make help') ---

.PHONY: all
all: $(O)/click $(tool-links:%=$(O)/%) ## click and its tools, into build/ (O=dir: elsewhere)

.PHONY: help
help: ## this list
	@echo 'make TARGET [O=DIR] [CC=clang] [SAN=1] [WERROR=] [V=1]'
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18

.PHONY: run
run: ## builds, then shows click at work as a gateway between two network namespaces
	@tools/apt-needs.sh run
	@$(MAKE) --no-print-directory all
	@tools/run.sh $(O)/click

.PHONY: check
check: ## builds in all ways and runs all tests; ends with `N passed, N failed'
	@tools/apt-needs.sh check
	@tools/check.pl $(O)

.PHONY: unit
unit: $(tests) ## the unit tests' programs, X_test.c beside X.c

.PHONY: fuzz
fuzz: ## runs each target in tests/fuzz/ for SECONDS (20)
	@$(MAKE) --no-print-directory FUZZ=1 CC=clang O=$(O)/fuzz fuzzers
	tools/fuzz.sh $(O)/fuzz $(or $(SECONDS),20)

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
$(call stamp,files,$(engine-src) $(element-src) $(platform-src))
endif

compile = $(call say,CC,$<)$(CC) $(cflags) $(cppflags) -MMD -MP -c -o $@ $<
link = $(call say,LD,$@)$(CC) $(ldflags) $(1) -o $@ $^ $(LDLIBS)
say = $(if $(V),,@)mkdir -p $(@D) && $(if $(V),,printf '  %-4s %s\n' '$(1)' '$(2)' && )

$(O)/%.o: %.c $(O)/flags
	$(compile)

$(O)/%.o: $(O)/%.c $(O)/flags
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

# The platform's own tests run on it, all others on the stub.
machine = $(if $(findstring /platform/,$(1)),$(filter-out %/main.o,$(platform-obj)),\
	$(O)/tests/unit/stub_platform.o)

.SECONDEXPANSION:
$(tests): %: %.o $$(call machine,$$@) $(library)
	$(call link)

$(fuzzers): $(O)/%: $(O)/tests/fuzz/%.o $(O)/tests/unit/stub_platform.o $(library)
	$(call link,-fsanitize=fuzzer)

$(O)/man: $(O)/click tools/elemdoc.pl
	$(call say,GEN,$@)rm -rf $@ && mkdir $@ && $(O)/click --tables | tools/elemdoc.pl $@

# --- without Linux: the engine and the elements as an image has them ---

portable-src := $(filter-out elements/device/%,$(element-src)) \
	$(wildcard $(addprefix elements/device/,fromdevice.c todevice.c linktype.c))
free-obj := $(call obj,$(engine-src) $(portable-src)) $(O)/free/elements.o

$(O)/free/elements.c: tools/mkelements.sh $(portable-src) $(O)/files
	$(call say,GEN,$@)tools/mkelements.sh $(portable-src) >$@

$(O)/engine.o: $(free-obj)
	$(call say,LD,$@)ld -r -o $@ $^

$(O)/freestanding: $(O)/engine.o $(O)/tests/unit/stub_platform.o $(O)/tests/freestanding/main.o
	$(call say,LD,$@)$(CC) -static -o $@ $^

.PHONY: freestanding-program
freestanding-program: $(O)/freestanding

-include $(patsubst %.o,%.d,$(library-obj) $(platform-obj) $(tests:%=%.o) $(fuzzers:%=%.o) \
	$(O)/tests/unit/stub_platform.o)
