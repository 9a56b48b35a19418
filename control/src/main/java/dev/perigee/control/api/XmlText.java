package dev.perigee.control.api;

/** Writes an XML document, escaping as it goes. */
final class XmlText {
    private final StringBuilder text = new StringBuilder(1024).append("<?xml version=\"1.0\"?>\n");

    XmlText open(String name) {
        text.append('<').append(name).append('>');
        return this;
    }

    XmlText open(String name, String namespace) {
        text.append('<').append(name).append(" xmlns=\"").append(namespace).append("\">");
        return this;
    }

    XmlText close(String name) {
        text.append("</").append(name).append('>');
        return this;
    }

    XmlText element(String name, String value) {
        open(name);
        escape(value);
        return close(name);
    }

    private void escape(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '<' -> text.append("&lt;");
                case '>' -> text.append("&gt;");
                case '&' -> text.append("&amp;");
                // A parser would turn a plain carriage return into a line feed.
                case '\r' -> text.append("&#13;");
                default -> text.append(legal(c) ? c : '\uFFFD');
            }
        }
    }

    /** XML 1.0 section 2.2; surrogates pass because they come in pairs. */
    private static boolean legal(char c) {
        return (c >= ' ' && c < '\uFFFE') || c == '\t' || c == '\n';
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
