/* SPDX-License-Identifier: MIT */
/* rewriter_l4.c - table lines of the rewriters that know ports. */
#include "elements/ip/rewriter_l4.h"

void rewriter_l4_text(const struct rewriter *rw, const struct flow *f, unsigned dir,
		      struct text *out)
{
	const struct flow_id key = flow_key(f, dir);
	int32_t delta = flow_seq_delta(rw->pool, f, dir);

	flow_id_text(&key, out);
	text_add(out, " => ");
	flow_id_text(&f->to[dir], out);
	if (delta != 0)
		text_add(out, " seq %+d", delta);
}
