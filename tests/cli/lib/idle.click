// idle.click - nothing, for a machine that only has to be there.
Idle -> Discard;
