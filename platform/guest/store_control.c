#include "platform/guest/store_control.h"
void store_control_start(void) {}
void store_control_run(void) {}
