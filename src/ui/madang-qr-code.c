/* madang-qr-code.c: a text that the camera of a phone can read
 *
 * It is black on white in every style, since many readers know no other kind, and its modules are
 * whole pixels, so that none is blurred.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "madang-qr-code.h"

#include <glib/gi18n.h>
#include <qrencode.h>

/* The white around it, in modules (ISO/IEC 18004, section 6.3.8). */
#define QUIET_ZONE 4

/* The lowest bit of a module tells whether it is black; the others are libqrencode's own. */
#define BLACK 1

struct _MadangQrCode
{
  GtkWidget parent_instance;

  int size;
  QRcode *code; /* NULL for no text */
};

enum
{
  PROP_0,
  PROP_SIZE,
  N_PROPERTIES,
};

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (MadangQrCode, madang_qr_code, GTK_TYPE_WIDGET)

/* {{{ How it looks */

static int
count_modules (MadangQrCode *self)
{
  return self->code != NULL ? self->code->width + 2 * QUIET_ZONE : 0;
}

/* The pixels of a module, as many as fit into so many pixels for all. */
static int
get_module_size (MadangQrCode *self, int size)
{
  int n_modules = count_modules (self);

  return n_modules > 0 ? MAX (size / n_modules, 1) : 0;
}

static void
madang_qr_code_measure (GtkWidget *widget,
                        GtkOrientation orientation,
                        int for_size,
                        int *minimum,
                        int *natural,
                        int *minimum_baseline,
                        int *natural_baseline)
{
  MadangQrCode *self = MADANG_QR_CODE (widget);

  *minimum = *natural = count_modules (self) * get_module_size (self, self->size);
}

static void
draw (GtkSnapshot *snapshot, const char *color, int x, int y, int width, int height)
{
  GdkRGBA rgba;

  gdk_rgba_parse (&rgba, color);
  gtk_snapshot_append_color (snapshot, &rgba, &GRAPHENE_RECT_INIT (x, y, width, height));
}

/* Black modules side by side are one rectangle: no seam can show between them. */
static void
draw_line (MadangQrCode *self, GtkSnapshot *snapshot, int line, int module)
{
  int width = self->code->width;
  const guchar *modules = self->code->data + line * width;

  for (int start = 0, end; start < width; start = end)
    {
      for (end = start + 1; end < width && ((modules[end] ^ modules[start]) & BLACK) == 0;)
        end++;
      if ((modules[start] & BLACK) != 0)
        draw (snapshot, "black", (QUIET_ZONE + start) * module, (QUIET_ZONE + line) * module,
              (end - start) * module, module);
    }
}

static void
madang_qr_code_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  MadangQrCode *self = MADANG_QR_CODE (widget);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);
  int module = get_module_size (self, MIN (width, height));
  int size = count_modules (self) * module;

  if (self->code == NULL)
    return;

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((width - size) / 2, (height - size) / 2));
  draw (snapshot, "white", 0, 0, size, size);
  for (int line = 0; line < self->code->width; line++)
    draw_line (self, snapshot, line, module);
  gtk_snapshot_restore (snapshot);
}

/* }}} */
/* {{{ The object */

static void
madang_qr_code_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SIZE)
    g_value_set_int (value, MADANG_QR_CODE (object)->size);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
madang_qr_code_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_SIZE)
    MADANG_QR_CODE (object)->size = g_value_get_int (value);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
madang_qr_code_finalize (GObject *object)
{
  g_clear_pointer (&MADANG_QR_CODE (object)->code, QRcode_free);

  G_OBJECT_CLASS (madang_qr_code_parent_class)->finalize (object);
}

static void
madang_qr_code_class_init (MadangQrCodeClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = madang_qr_code_get_property;
  object_class->set_property = madang_qr_code_set_property;
  object_class->finalize = madang_qr_code_finalize;
  widget_class->measure = madang_qr_code_measure;
  widget_class->snapshot = madang_qr_code_snapshot;

  /**
   * MadangQrCode:size:
   *
   * How wide and high it may be at most, in pixels; a long text has at least one for each module.
   */
  properties[PROP_SIZE] = g_param_spec_int ("size", NULL, NULL, 1, G_MAXINT16, 200,
                                            G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY |
                                              G_PARAM_STATIC_STRINGS);

  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
  gtk_widget_class_set_css_name (widget_class, "qrcode");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
madang_qr_code_init (MadangQrCode *self)
{
}

/**
 * madang_qr_code_set_text:
 * @self: a code
 * @text: (nullable): what a camera reads, in UTF-8; %NULL for nothing
 *
 * Shows a text. One that is longer than any code can hold (2331 bytes) shows nothing.
 */
void
madang_qr_code_set_text (MadangQrCode *self, const char *text)
{
  g_autofree char *label = text != NULL ? g_strdup_printf (
                                            /* Translators: an URL */
                                            _ ("QR code of %s"), text)
                                        : g_strdup ("");

  g_clear_pointer (&self->code, QRcode_free);
  if (text != NULL && *text != '\0')
    self->code = QRcode_encodeString8bit (text, 0, QR_ECLEVEL_M);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/* }}} */
