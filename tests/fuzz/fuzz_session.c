/* SPDX-License-Identifier: MIT */
/*
 * fuzz_session.c - a client of a machine sends anything, in pieces: the first byte is how long they
 * are. Instances run, as coroutines. Elements that reach outside of the process are left alone.
 */
#include "engine/control/instance.h"
#include "engine/control/session.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/coroutine.h"

static bool reaches_out(struct str s)
{
	static const char *const words[] = { "Socket", "Kernel", "Host", "Change", "Device" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		for (struct str t = s; t.n > 0; t = str_from(t, 1))
			if (str_starts(t, words[i]))
				return true;
	return false;
}

static void settle(struct instances *is, struct session *s)
{
	coroutines_run();
	instances_run(is);
	if (s)
		session_sent(s, session_output(s).n);
}

static void talk(struct instances *is, struct session *s, struct str in, size_t piece)
{
	while (in.n > 0 && !session_finished(s)) {
		size_t room = session_room(s), n = in.n < piece ? in.n : piece;

		n = n < room ? n : room;
		if (n > 0)
			session_input(s, in.p, n);
		in = str_from(in, n);
		settle(is, s);
		settle(is, s);
	}
	session_end(s);
	for (int i = 0; i < 20 && !session_finished(s); i++)
		settle(is, s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const struct instances_options options = {
		.engine = { .packets = 64, .reconfigurable = true },
	};
	struct str in = str_from(fuzz_input(data, n), 1);
	struct instances is;
	struct session *s;

	if (n == 0 || reaches_out(in))
		return 0;
	stub.quiet = true;
	coroutines_init();
	instances_init(&is, &options);
	s = session_new(&is, NULL, NULL);
	talk(&is, s, in, data[0] + 1U);
	session_free(s);
	instances_halt(&is);
	for (int i = 0; i < 1000 && !instances_halted(&is); i++)
		settle(&is, NULL);
	if (!instances_halted(&is))
		abort();
	instances_fini(&is);
	coroutines_fini();
	return 0;
}
