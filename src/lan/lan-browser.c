/* lan-browser.c: the chats of the local network, as a GListModel
 *
 * Asks Avahi which services there are, and has each resolved for as long as it is there, by
 * interface and protocol, so that its changes come as well. What the resolvers say becomes records
 * (lan-record.c) and those become rows (lan-rows.c).
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "lan-browser.h"

#include <net/if.h>

#include "lan-avahi.h"
#include "lan-rows.h"

/* Avahi lets a program have 1,024 objects, and each of these has a resolver. */
#define MAX_SERVICES 800

/* avahi-common/defs.h, AvahiLookupResultFlags: this machine announces it. */
#define RESULT_LOCAL (1 << 3)

/* One name of the list, as one interface and one protocol show it. */
typedef struct
{
  guint64 serial;
  char *resolver; /* (nullable): its path, once Avahi has told it */
} LanService;

/* Where a resolver belongs. */
typedef struct
{
  LanBrowser *browser;
  char *key;
  guint64 serial;
} LanLookup;

struct _LanBrowser
{
  GObject parent_instance;

  LanAvahi *avahi;
  LanRows *rows;
  gboolean available;

  GHashTable *services; /* make_key () -> LanService */
  guint64 last_serial;
  GCancellable *cancellable; /* for as long as Avahi is the same */
  guint browser_id;
  guint resolver_id;
};

enum
{
  PROP_0,
  PROP_AVAILABLE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void lan_browser_list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LanBrowser,
                               lan_browser,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      lan_browser_list_model_init))

/* {{{ The list */

static GType
lan_browser_get_item_type (GListModel *model)
{
  return LAN_TYPE_CHAT;
}

static guint
lan_browser_get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (LAN_BROWSER (model)->rows));
}

static gpointer
lan_browser_get_item (GListModel *model, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (LAN_BROWSER (model)->rows), position);
}

static void
lan_browser_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = lan_browser_get_item_type;
  iface->get_n_items = lan_browser_get_n_items;
  iface->get_item = lan_browser_get_item;
}

/* }}} */
/* {{{ Services */

static void
lan_service_free (gpointer data)
{
  LanService *service = data;

  g_free (service->resolver);
  g_free (service);
}

static void
lan_lookup_free (LanLookup *lookup)
{
  g_free (lookup->key);
  g_free (lookup);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LanLookup, lan_lookup_free)

/* The signals of browsers and resolvers both begin with these five. */
static char *
make_key (int interface, int protocol, const char *name, const char *domain)
{
  return g_strdup_printf ("%d\n%d\n%s\n%s", interface, protocol, domain, name);
}

static void
lan_browser_free_resolver (LanBrowser *self, const char *path)
{
  lan_avahi_free_object (self->avahi, path, LAN_AVAHI_RESOLVER);
}

/* The service may have gone meanwhile, and even come back. */
static void
on_resolver (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (LanLookup) lookup = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = lan_avahi_call_finish (result, &error);
  LanService *service;
  const char *path;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (reply == NULL)
    {
      g_debug ("Avahi does not resolve a chat: %s", error->message);
      return;
    }

  g_variant_get (reply, "(&o)", &path);
  service = g_hash_table_lookup (lookup->browser->services, lookup->key);
  if (service != NULL && service->serial == lookup->serial)
    service->resolver = g_strdup (path);
  else
    lan_browser_free_resolver (lookup->browser, path);
}

static void
lan_browser_add (LanBrowser *self, GVariant *parameters)
{
  LanService *service;
  LanLookup *lookup;
  int interface, protocol;
  const char *name, *type, *domain;
  g_autofree char *key = NULL;

  g_variant_get (parameters, "(ii&s&s&su)", &interface, &protocol, &name, &type, &domain, NULL);
  key = make_key (interface, protocol, name, domain);
  if (g_hash_table_contains (self->services, key) ||
      g_hash_table_size (self->services) >= MAX_SERVICES)
    return;

  service = g_new0 (LanService, 1);
  service->serial = ++self->last_serial;
  lookup = g_new0 (LanLookup, 1);
  lookup->browser = self;
  lookup->key = g_strdup (key);
  lookup->serial = service->serial;
  g_hash_table_insert (self->services, g_steal_pointer (&key), service);
  lan_avahi_call (self->avahi, "/", LAN_AVAHI_SERVER, "ServiceResolverNew",
                  g_variant_new ("(iisssiu)", interface, protocol, name, type, domain, protocol, 0),
                  "(o)", self->cancellable, on_resolver, lookup);
}

static void
lan_browser_drop (LanBrowser *self, GVariant *parameters)
{
  LanService *service;
  int interface, protocol;
  const char *name, *domain;
  g_autofree char *key = NULL;

  g_variant_get (parameters, "(ii&s&s&su)", &interface, &protocol, &name, NULL, &domain, NULL);
  key = make_key (interface, protocol, name, domain);
  service = g_hash_table_lookup (self->services, key);
  if (service == NULL)
    return;

  lan_browser_free_resolver (self, service->resolver);
  g_hash_table_remove (self->services, key);
  lan_rows_remove (self->rows, key);
}

/* }}} */
/* {{{ What Avahi says */

static void
on_browser_signal (GDBusConnection *connection,
                   const char *sender,
                   const char *path,
                   const char *interface,
                   const char *signal,
                   GVariant *parameters,
                   gpointer user_data)
{
  LanBrowser *self = user_data;
  gboolean is_item = g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(iisssu)"));

  if (is_item && g_str_equal (signal, "ItemNew"))
    lan_browser_add (self, parameters);
  else if (is_item && g_str_equal (signal, "ItemRemove"))
    lan_browser_drop (self, parameters);
  else if (g_str_equal (signal, "Failure"))
    g_debug ("Avahi has stopped to look for chats");
}

static const char *
name_interface (int index, char name[IF_NAMESIZE])
{
  if (index <= 0 || if_indextoname (index, name) == NULL)
    g_snprintf (name, IF_NAMESIZE, "%d", index);
  return name;
}

static void
lan_browser_take_answer (LanBrowser *self, GVariant *parameters)
{
  g_autofree char *key = NULL;
  g_autoptr (GVariant) txt = NULL;
  char interface_name[IF_NAMESIZE];
  LanAnswer answer = { 0 };
  LanRecord *record;
  int interface, protocol;
  guint32 flags;
  const char *domain;

  g_variant_get (parameters, "(ii&s&s&s&si&sq@aayu)", &interface, &protocol, &answer.instance, NULL,
                 &domain, &answer.host, NULL, &answer.address, &answer.port, &txt, &flags);
  key = make_key (interface, protocol, answer.instance, domain);
  if (!g_hash_table_contains (self->services, key))
    return;

  answer.txt = txt;
  answer.interface = name_interface (interface, interface_name);
  answer.local = (flags & RESULT_LOCAL) != 0;
  record = lan_record_new (&answer);
  if (record != NULL)
    lan_rows_put (self->rows, key, record);
  else
    lan_rows_remove (self->rows, key);
}

/* One that is not found is none to show; Avahi goes on to look for it. */
static void
on_resolver_signal (GDBusConnection *connection,
                    const char *sender,
                    const char *path,
                    const char *interface,
                    const char *signal,
                    GVariant *parameters,
                    gpointer user_data)
{
  if (g_str_equal (signal, "Found") &&
      g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(iissssisqaayu)")))
    lan_browser_take_answer (user_data, parameters);
}

/* }}} */
/* {{{ Avahi comes and goes */

static void
lan_browser_set_available (LanBrowser *self, gboolean available)
{
  if (self->available == available)
    return;

  self->available = available;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_AVAILABLE]);
}

static void
on_browser (GObject *source, GAsyncResult *result, gpointer user_data)
{
  LanBrowser *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = lan_avahi_call_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (reply == NULL)
    g_debug ("Avahi does not look for chats: %s", error->message);

  lan_browser_set_available (self, reply != NULL);
}

static void
lan_browser_start (LanBrowser *self)
{
  self->cancellable = g_cancellable_new ();
  self->browser_id = lan_avahi_subscribe (self->avahi, LAN_AVAHI_SERVICE_BROWSER, on_browser_signal,
                                          self);
  self->resolver_id = lan_avahi_subscribe (self->avahi, LAN_AVAHI_RESOLVER, on_resolver_signal,
                                           self);
  lan_avahi_call (self->avahi, "/", LAN_AVAHI_SERVER, "ServiceBrowserNew",
                  g_variant_new ("(iissu)", LAN_AVAHI_ANY_INTERFACE, LAN_AVAHI_ANY_PROTOCOL,
                                 LAN_SERVICE_TYPE, "", 0),
                  "(o)", self->cancellable, on_browser, self);
}

static void
lan_browser_stop (LanBrowser *self)
{
  if (self->cancellable == NULL)
    return;

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  lan_avahi_unsubscribe (self->avahi, self->browser_id);
  lan_avahi_unsubscribe (self->avahi, self->resolver_id);
  g_hash_table_remove_all (self->services);
  lan_rows_clear (self->rows);
  lan_browser_set_available (self, FALSE);
}

static void
on_avahi_available (LanAvahi *avahi, GParamSpec *pspec, LanBrowser *self)
{
  if (lan_avahi_get_available (avahi))
    lan_browser_start (self);
  else
    lan_browser_stop (self);
}

static void
on_rows_changed (GListModel *rows, guint position, guint removed, guint added, LanBrowser *self)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

/* }}} */
/* {{{ The object */

static void
lan_browser_dispose (GObject *object)
{
  LanBrowser *self = LAN_BROWSER (object);

  if (self->avahi != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->avahi, self);
      g_signal_handlers_disconnect_by_data (self->rows, self);
      lan_browser_stop (self);
    }
  g_clear_object (&self->avahi);

  G_OBJECT_CLASS (lan_browser_parent_class)->dispose (object);
}

static void
lan_browser_finalize (GObject *object)
{
  LanBrowser *self = LAN_BROWSER (object);

  g_object_unref (self->rows);
  g_hash_table_unref (self->services);

  G_OBJECT_CLASS (lan_browser_parent_class)->finalize (object);
}

static void
lan_browser_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  LanBrowser *self = LAN_BROWSER (object);

  switch (prop_id)
    {
    case PROP_AVAILABLE:
      g_value_set_boolean (value, self->available);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lan_browser_class_init (LanBrowserClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = lan_browser_dispose;
  object_class->finalize = lan_browser_finalize;
  object_class->get_property = lan_browser_get_property;

  /**
   * LanBrowser:available:
   *
   * Whether there is an Avahi to ask. Without one the list is empty, and that says nothing.
   */
  properties[PROP_AVAILABLE] = g_param_spec_boolean ("available", NULL, NULL, FALSE,
                                                     G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lan_browser_init (LanBrowser *self)
{
  self->services = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, lan_service_free);
  self->rows = lan_rows_new ();
  self->avahi = lan_avahi_new ();
  g_signal_connect (self->rows, "items-changed", G_CALLBACK (on_rows_changed), self);
  g_signal_connect (self->avahi, "notify::available", G_CALLBACK (on_avahi_available), self);
}

/**
 * lan_browser_new:
 *
 * Begins to look for chats. The list is of [class@LanChat], sorted by name, each chat once; it is
 * empty at first and follows what comes and goes. Avahi may start later, or again.
 *
 * Returns: (transfer full): the browser
 */
LanBrowser *
lan_browser_new (void)
{
  return g_object_new (LAN_TYPE_BROWSER, NULL);
}

/**
 * lan_browser_get_available:
 * @browser: a browser
 *
 * Returns: whether there is an Avahi to ask
 */
gboolean
lan_browser_get_available (LanBrowser *self)
{
  g_return_val_if_fail (LAN_IS_BROWSER (self), FALSE);

  return self->available;
}

/* }}} */
