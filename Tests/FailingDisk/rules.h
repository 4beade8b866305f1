#ifndef RULES_H
#define RULES_H

#include <stdbool.h>
#include <stddef.h>

// What becomes of a call.
struct verdict {
  // 0 if it does not fail.
  int error;
  bool comes_before;
  bool comes_half_way;
};

// Replaces the rules by those in a text; answers false if it can be understood, true if not.
bool set_rules(const char *text, size_t size);

// Counts a call, and decides on it.
struct verdict judge(const char *call, const char *path);

// Writes what each rule has seen and failed; answers the length, without a zero at the end.
size_t describe_rules(char *text, size_t size);

#endif
