#include "rules.h"

#include <fnmatch.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { rules_max = 8, word_max = 64 };

struct rule {
  char call[word_max], pattern[word_max], when[word_max];
  long skip, times, seen, failed;
  int error;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t are_replaced = PTHREAD_COND_INITIALIZER;
static struct rule rules[rules_max];
static int rule_count;

bool set_rules(const char *value, size_t size) {
  char text[4096], *rest = text;
  if (size >= sizeof text) return true;
  memcpy(text, value, size);
  text[size] = 0;
  struct rule read[rules_max];
  int count = 0;
  for (char *line; (line = strsep(&rest, "\n"));) {
    if (!*line) continue;
    if (count == rules_max) return true;
    struct rule *rule = &read[count++];
    memset(rule, 0, sizeof *rule);
    int found = sscanf(
        line, "%63s %63s %ld %ld %d %63s", rule->call, rule->pattern, &rule->skip, &rule->times,
        &rule->error, rule->when);
    if (found != 6) return true;
  }
  pthread_mutex_lock(&mutex);
  memcpy(rules, read, sizeof(struct rule) * (size_t)count);
  rule_count = count;
  pthread_cond_broadcast(&are_replaced);
  pthread_mutex_unlock(&mutex);
  return false;
}

// The rule by which this call fails.
static struct rule *find_rule(const char *call, const char *path) {
  struct rule *found = NULL;
  for (int index = 0; index < rule_count; index++) {
    struct rule *rule = &rules[index];
    if (strcmp(rule->call, call) || fnmatch(rule->pattern, path, 0)) continue;
    long turn = rule->seen++ - rule->skip;
    if (turn >= 0 && (rule->times < 0 || turn < rule->times) && !found) found = rule;
  }
  if (found) found->failed++;
  return found;
}

struct verdict judge(const char *call, const char *path) {
  struct verdict verdict = {0, false, false};
  pthread_mutex_lock(&mutex);
  struct rule *rule;
  while ((rule = find_rule(call, path)) && !strcmp(rule->when, "held")) {
    pthread_cond_wait(&are_replaced, &mutex);
  }
  if (rule) {
    verdict.error = rule->error;
    verdict.comes_before = !strcmp(rule->when, "before");
    verdict.comes_half_way = !strcmp(rule->when, "half");
  }
  pthread_mutex_unlock(&mutex);
  return verdict;
}

size_t describe_rules(char *text, size_t size) {
  size_t length = 0;
  pthread_mutex_lock(&mutex);
  for (int index = 0; index < rule_count; index++) {
    const struct rule *rule = &rules[index];
    length += (size_t)snprintf(
        text + length, size - length, "%s%ld %ld", index ? "\n" : "", rule->seen, rule->failed);
  }
  pthread_mutex_unlock(&mutex);
  return length;
}
