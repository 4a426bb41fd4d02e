/* load-message.c: the packets that clients send, and expect to get
 *
 * All are MESSAGE_SIZE bytes and have their number in the same place, at the end.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "load.h"

#include <stdio.h>
#include <string.h>

#define DIGITS 8
#define TAIL   "\"}]" /* what is behind the number */
#define START  (MESSAGE_SIZE - DIGITS - (sizeof TAIL - 1))

static const char filling[] =
  "So many words have to be said before two hundred bytes are full that one would rather meet in "
  "the yard and say them there, where nobody counts: ";

static void
message_finish (char *text, size_t length, uint32_t number)
{
  char end[DIGITS + sizeof TAIL];

  memcpy (text + length, filling, START - length);
  snprintf (end, sizeof end, "%08u" TAIL, number % 100000000);
  memcpy (text + START, end, sizeof end - 1);
}

static void
message_begin (char *text,
               const char *packet,
               unsigned sender,
               const char *recipient,
               const char *command,
               uint32_t number)
{
  int length = snprintf (text, MESSAGE_SIZE,
                         "%s{\"sender\":\"u%05u\",\"recepient\":\"%s\",\"command\":\"%s\","
                         "\"type\":\"text\",\"data\":\"",
                         packet, sender, recipient, command);

  message_finish (text, length, number);
}

void
message_write (char *text, unsigned sender, const char *recipient, uint32_t number)
{
  message_begin (text, "42[\"message\",", sender, recipient, "chat", number);
}

/* With an ack; its id always has five digits, since the floor does not look for its end. */
void
message_write_echo (char *text, unsigned sender, uint32_t number)
{
  char packet[32];

  snprintf (packet, sizeof packet, "42%05u[\"echo\",", 10000 + number % 90000);
  message_begin (text, packet, sender, "ALL", "chat", number);
}

bool
message_read_number (const char *text, size_t length, uint32_t *number)
{
  const char *digits = text + length - DIGITS - (sizeof TAIL - 1);

  if (length < START)
    return false;

  *number = 0;
  for (unsigned i = 0; i < DIGITS; i++)
    {
      if (digits[i] < '0' || digits[i] > '9')
        return false;
      *number = *number * 10 + (digits[i] - '0');
    }
  return true;
}
