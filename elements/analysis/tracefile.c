/* SPDX-License-Identifier: MIT */
/* tracefile.c - reading trace files through a window over the uncompressed stream. */
#include "elements/analysis/tracefile.h"

#include <errno.h>
#include <stdlib.h>

#include "engine/platform.h"

#define WINDOW 65536U
#define WINDOW_MAX (1U << 20) /* no record or line may be longer */

static char *copy_name(struct str name)
{
	struct text t = { 0 };

	text_add(&t, "%.*s", STR(name));
	return t.p;
}

/* Makes at least n unread bytes of it, if the file has them. */
static size_t fill(struct tracefile *t, size_t n)
{
	if (n > WINDOW_MAX)
		n = WINDOW_MAX;
	if (t->at != 0) {
		memmove(t->window, t->window + t->at, t->n - t->at);
		t->n -= t->at;
		t->at = 0;
	}
	if (n > t->room) {
		size_t room = n < WINDOW_MAX / 2 ? 2 * n : WINDOW_MAX;
		uint8_t *w = realloc(t->window, room);

		if (!w)
			return t->n;
		t->window = w;
		t->room = room;
	}
	while (t->n < n && !t->error) {
		int64_t got = file_read(t->file, t->window + t->n, t->room - t->n);

		if (got < 0)
			t->error = (int)-got;
		if (got <= 0)
			break;
		t->n += (size_t)got;
	}
	return t->n;
}

bool tracefile_open(struct tracefile *t, struct str name, struct error *err)
{
	bool standard = name.n == 0 || str_is(name, "-");
	int r;

	tracefile_close(t);
	t->name = copy_name(standard ? str_of("<stdin>") : name);
	r = file_open(standard ? "-" : t->name, FILE_READ, &t->file);
	if (r < 0)
		return fail(err, "%s: %s", t->name, strerror(-r));
	t->window = malloc(WINDOW);
	t->room = t->window ? WINDOW : 0;
	t->size = file_size(t->file);
	if (fill(t, 1) != 0)
		return true;
	return t->error ? fail(err, "%s: %s", t->name, tracefile_failure(t))
			: fail_at(err, tracefile_landmark(t), "empty file");
}

bool tracefile_open_text(struct tracefile *t, const char *name, struct str content,
			 struct error *err)
{
	tracefile_close(t);
	t->name = copy_name(str_of(name));
	if (content.n == 0)
		return fail_at(err, tracefile_landmark(t), "empty file");
	t->window = malloc(content.n);
	if (!t->window)
		return fail(err, "out of memory!");
	memcpy(t->window, content.p, content.n);
	t->n = t->room = content.n;
	t->size = (int64_t)content.n;
	return true;
}

void tracefile_end(struct tracefile *t)
{
	if (t->file)
		(void)file_close(t->file);
	t->file = NULL;
	free(t->window);
	t->window = NULL;
	t->at = t->n = t->room = 0;
}

void tracefile_close(struct tracefile *t)
{
	if (t->file)
		(void)file_close(t->file);
	free(t->window);
	free(t->name);
	*t = (struct tracefile){ 0 };
}

const uint8_t *tracefile_peek(struct tracefile *t, size_t n)
{
	if (t->n - t->at < n && (!t->file || fill(t, n) < n))
		return NULL;
	return t->window + t->at;
}

void tracefile_skip(struct tracefile *t, size_t n)
{
	t->at += n;
	t->offset += (int64_t)n;
}

bool tracefile_read(struct tracefile *t, void *p, size_t n)
{
	const uint8_t *from = tracefile_peek(t, n);

	if (!from) {
		tracefile_skip(t, t->n - t->at);
		return false;
	}
	memcpy(p, from, n);
	tracefile_skip(t, n);
	return true;
}

/* How many bytes up to and with the end of the line; LF, CR and CR LF end one. A line longer
 * than the window is cut there. */
static size_t line_length(struct tracefile *t, size_t *content)
{
	for (size_t i = 0;; i++) {
		const uint8_t *w = tracefile_peek(t, i + 1);

		if (!w) {
			*content = i;
			return i;
		}
		if (w[i] != '\n' && w[i] != '\r')
			continue;
		*content = i;
		if (w[i] == '\r' && (w = tracefile_peek(t, i + 2)) && w[i + 1] == '\n')
			i++;
		return i + 1;
	}
}

bool tracefile_line(struct tracefile *t, struct str *line)
{
	size_t content, n = line_length(t, &content);

	if (n == 0)
		return false;
	*line = (struct str){ (const char *)t->window + t->at, content };
	tracefile_skip(t, n);
	t->line++;
	return true;
}

int tracefile_seek(struct tracefile *t, int64_t offset)
{
	int64_t r;

	if (!t->file)
		return -EBADF;
	if (offset >= t->offset && offset - t->offset <= (int64_t)(t->n - t->at)) {
		tracefile_skip(t, (size_t)(offset - t->offset));
		return 0;
	}
	r = file_seek(t->file, offset);
	if (r < 0)
		return (int)r;
	t->at = t->n = 0;
	t->offset = offset;
	t->error = 0;
	return 0;
}

const char *tracefile_failure(const struct tracefile *t)
{
	if (t->error == EILSEQ)
		return "compressed data is damaged or cut off";
	return t->error ? strerror(t->error) : NULL;
}

struct landmark tracefile_landmark(const struct tracefile *t)
{
	return (struct landmark){ str_of(t->name ? t->name : ""), t->line };
}

void tracefile_print_name(const struct tracefile *t, struct text *out)
{
	text_add(out, "%s", t->name ? t->name : "");
}

void tracefile_print_size(const struct tracefile *t, struct text *out)
{
	if (t->size < 0)
		text_add(out, "-");
	else
		text_add(out, "%lld", (long long)t->size);
}
