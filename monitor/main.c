/* SPDX-License-Identifier: MIT */
/* main.c - clickos-monitor: one machine, from its command line to its end. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "abi/control.h"
#include "base/error.h"
#include "monitor/device/page.h"
#include "monitor/io.h"
#include "monitor/machine.h"
#include "monitor/net/tap.h"
#include "monitor/sandbox.h"
#include "monitor/vcpu.h"

#define IO_STACK (64U << 10)

static struct machine machine;

/* Those that end a machine are read from a descriptor. Whoever started us may have blocked the
 * watchdog's, or ignored that of a child's end, which would then not come. */
static void set_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_SETMASK, &set, NULL);
	signal(SIGCHLD, SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

/* Whoever started us may have left anything open. */
static void close_rest(int ready_fd)
{
	unsigned first = 3;

	if (ready_fd >= 3) {
		syscall(SYS_close_range, 3, (unsigned)ready_fd - 1, 0);
		first = (unsigned)ready_fd + 1;
	}
	syscall(SYS_close_range, first, ~0U, 0);
}

static bool write_pid(const char *path, struct error *err)
{
	FILE *f = path ? fopen(path, "we") : NULL;

	if (!path)
		return true;
	if (!f || fprintf(f, "%d\n", (int)getpid()) < 0 || fclose(f) != 0)
		return fail(err, "host: %s: %s", path, strerror(errno));
	return true;
}

static bool add_device(struct machine *m, struct device *d, struct error *err)
{
	d->number = m->ndevices;
	d->kick = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (d->kick < 0)
		return fail(err, "host: eventfd: %s", strerror(errno));
	m->device[m->ndevices++] = d;
	return true;
}

/* In the run directory, beside the control socket, when there is one. */
static const char *pty_link(const struct options *o, char *path, size_t n)
{
	const char *slash = o->control ? strrchr(o->control, '/') : NULL;

	if (!slash)
		return NULL;
	snprintf(path, n, "%.*s/console", (int)(slash - o->control), o->control);
	return path;
}

static bool open_console(struct machine *m, struct error *err)
{
	const struct options *o = &m->options;
	int listener = -1;
	char path[256];

	if (!sink_open(&m->sink, o->console, pty_link(o, path, sizeof(path)), err))
		return false;
	if (o->control) {
		listener = console_listen(o->control);
		if (listener < 0)
			return fail(err, "host: control socket %s: %s", o->control,
				    strerror(errno));
	}
	console_init(&m->console, &m->sink, listener);
	return add_device(m, &m->console.base, err);
}

static bool open_net(struct machine *m, unsigned i, struct error *err)
{
	const struct net_option *n = &m->options.net[i];
	uint16_t mtu = 1500;
	int fd = n->none ? -1 : tap_open(n, &mtu, err);

	if (fd < 0 && !n->none)
		return false;
	net_init(&m->net[i], fd, mtu);
	snprintf(m->net[i].base.label, sizeof(m->net[i].base.label), "net%u", i);
	return add_device(m, &m->net[i].base, err);
}

/* Interfaces come first, in their order; the console is behind them. */
static bool open_devices(struct machine *m, struct error *err)
{
	for (unsigned i = 0; i < m->options.nnets; i++) {
		if (!open_net(m, i, err))
			return false;
	}
	return open_console(m, err);
}

static void offer_devices(struct machine *m)
{
	static const uint8_t no_mac[6];
	unsigned i;

	for (i = 0; i < m->options.nnets; i++)
		page_offer(m->vm.page, m->device[i], m->options.net[i].name, m->options.net[i].mac,
			   m->net[i].mtu);
	page_offer(m->vm.page, &m->console.base, "console", no_mac, 0);
	m->vm.page->ndevices = m->ndevices;
}

/* What needs files, interfaces or rights, on the I/O thread: then it moves us into the sandbox. */
static bool open_outside(struct machine *m, struct error *err)
{
	bool good = vm_load(&m->vm, &m->options, err) && open_devices(m, err) && io_open(m, err);

	m->opened = good;
	/* Before the other thread can have another reason. */
	if (!good)
		end_machine_error(&m->end, err);
	wake_send(&m->outside);
	return good && io_enter(m, err);
}

static void *io_main(void *arg)
{
	struct machine *m = arg;
	struct error err = { .errors = 0 };

	if (!open_outside(m, &err)) {
		end_machine_error(&m->end, &err);
		wake_send(&m->moved); /* the vCPU's thread sees the end */
		wake_send(&m->sandboxed);
	}
	io_run(m);
}

/* What only asks KVM, meanwhile. */
static bool open_machine(struct machine *m, struct error *err)
{
	if (!vm_open(&m->vm, err) || !vcpu_open(m, err))
		return false;
	wake_await(&m->outside);
	if (!m->opened)
		return true; /* the I/O thread has said why */
	offer_devices(m);
	return vcpu_start(m, err) && vcpu_kicks(m, err);
}

static bool start_io(struct machine *m, struct error *err)
{
	pthread_attr_t attr;
	pthread_t thread;
	int r;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, IO_STACK);
	r = pthread_create(&thread, &attr, io_main, m);
	pthread_attr_destroy(&attr);
	m->has_io = r == 0;
	return r == 0 || fail(err, "host: thread: %s", strerror(r));
}

/* False: it could not start; else it does not return. */
static bool run(struct machine *m, struct error *err)
{
	const struct options *o = &m->options;

	m->pid = getpid();
	if (!end_open(&m->end, o->name, o->report))
		return fail(err, "host: report %s: %s", o->report ? o->report : "",
			    strerror(errno));
	if (!write_pid(o->pidfile, err))
		return false;
	if (!o->no_sandbox && !sandbox_fork(m, err))
		return false;
	if (!vm_device(&m->vm, err) || !vm_memory(&m->vm, o, err) || !start_io(m, err) ||
	    !open_machine(m, err))
		return false;
	prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0); /* the guest's deadlines */
	if (!sandbox_enter_thread(m, SANDBOX_VCPU, err))
		return false;
	vcpu_run(m);
}

/* Where there is an I/O thread, that one reports and ends the process. */
static int cannot_start(struct machine *m, struct error *err)
{
	end_machine_error(&m->end, err);
	while (m->has_io)
		pause();
	end_report(&m->end);
	error_fini(err);
	return END_HOST;
}

static int bad_usage(struct error *err)
{
	fprintf(stderr, "clickos-monitor: %.*s", (int)err->out.n, err->out.p);
	error_fini(err);
	return END_USAGE;
}

int main(int argc, char **argv)
{
	struct error err = { .errors = 0 };

	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		fputs(options_usage, stdout);
		return 0;
	}
	if (argc == 2 && strcmp(argv[1], "--version") == 0) {
		puts("clickos-monitor (ClickOS) " CLICKOS_VERSION);
		return 0;
	}
	if (!options_parse(&machine.options, argc, argv, &err))
		return bad_usage(&err);
	close_rest(machine.options.ready_fd);
	set_signals();
	umask(077);
	run(&machine, &err); /* returns only when it could not start */
	return cannot_start(&machine, &err);
}
