package dev.perigee.core.firewall;

import java.util.Set;

/**
 * Tells markup that a browser would run from text. The text is read as it would be in the places where sites put what they
 * were sent: between tags, in an attribute's value without and with either quote, and as a URL.
 */
final class ScriptDetection {
    private static final Set<String> TAGS = words("""
            script iframe frame frameset object embed applet svg math style link meta base xml xss isindex animate
            animatetransform animatemotion set foreignobject handler listener bgsound layer ilayer import template
            noscript portal xmp plaintext marquee keygen use vmlframe""");
    private static final Set<String> EVENTS = words("""
            abort activate activateinvisible afterprint afterscriptexecute animationcancel animationend
            animationiteration animationstart appinstalled auxclick beforeactivate beforecopy beforecut
            beforedeactivate beforeeditfocus beforeinput beforeinstallprompt beforematch beforepaste beforeprint
            beforescriptexecute beforetoggle beforeunload beforexrselect begin blur bounce cancel canplay
            canplaythrough cellchange change click close command contentvisibilityautostatechange contextlost
            contextmenu contextrestored controlselect copy cuechange cut dataavailable datasetchanged datasetcomplete
            dblclick deactivate devicemotion deviceorientation deviceorientationabsolute drag dragend dragenter
            dragexit dragleave dragover dragstart drop durationchange encrypted end ended error errorupdate
            filterchange finish focus focusin focusout formdata fullscreenchange fullscreenerror gamepadconnected
            gamepaddisconnected gesturechange gestureend gesturestart gotpointercapture hashchange help input interest
            invalid keydown keypress keyup languagechange layoutcomplete load loadeddata loadedmetadata loadend
            loadstart losecapture loseinterest lostpointercapture mediacomplete mediaerror message messageerror
            mousedown mouseenter mouseleave mousemove mouseout mouseover mouseup mousewheel move moveend movestart
            mozfullscreenchange mozfullscreenerror offline online orientationchange outofsync pagehide pagereveal
            pageshow pageswap paste pause play playing pointercancel pointerdown pointerenter pointerleave pointermove
            pointerout pointerover pointerrawupdate pointerup popstate progress propertychange ratechange
            readystatechange redo rejectionhandled repeat reset resize resizeend resizestart resume reverse rowenter
            rowexit scroll scrollend scrollsnapchange scrollsnapchanging search securitypolicyviolation seek seeked
            seeking select selectionchange selectstart show slotchange stalled start storage submit suspend
            syncrestored timeerror timeupdate toggle touchcancel touchend touchforcechange touchmove touchstart
            trackchange transitioncancel transitionend transitionrun transitionstart undo unhandledrejection unload
            urlflip visibilitychange volumechange waiting waitingforkey webkitanimationend wheel""");
    private static final Set<String> URL_ATTRIBUTES = words("""
            src href xlink:href action formaction data poster background dynsrc lowsrc srcdoc codebase from to values
            ping manifest classid content style""");

    private ScriptDetection() {}

    private static Set<String> words(String text) {
        return Set.of(text.strip().split("\\s+"));
    }

    static boolean finds(String text) {
        if (text.length() < 3) return false;
        boolean tag = text.indexOf('<') >= 0;
        if (tag && inMarkup(text)) return true;
        if (text.indexOf('=') > 0) {
            if (inAttributes(text, 0, text.length(), false)) return true;
            if (afterQuote(text, '"') || afterQuote(text, '\'') || afterQuote(text, '`')) return true;
        }
        return isScriptUrl(text, 0, text.length());
    }

    private static boolean afterQuote(String text, char quote) {
        int end = text.indexOf(quote);
        return end >= 0 && inAttributes(text, end + 1, text.length(), true);
    }

    private static boolean inMarkup(String text) {
        boolean inTag = false;
        for (int at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) {
            int from = at + 1;
            // Browsers skip nothing between the sign and the name; filters before them may.
            while (from < text.length() && (text.charAt(from) == 0 || text.charAt(from) == '/')) from++;
            int end = nameEnd(text, from);
            if (end == from) {
                if (isDeclaration(text, from)) return true;
                continue;
            }
            String name = Transformation.lowerCase(text.substring(from, end)).replace("\0", "");
            int colon = name.indexOf(':');
            if (TAGS.contains(name.substring(colon + 1))) return true;
            // Up to the end of the text, so that the later tags need not be looked at again.
            if (!inTag && inAttributes(text, end, text.length(), true)) return true;
            inTag = true;
        }
        return false;
    }

    private static int nameEnd(String text, int from) {
        int i = from;
        while (i < text.length()) {
            char c = text.charAt(i);
            char lower = (char) (c | 0x20);
            boolean part = (lower >= 'a' && lower <= 'z')
                    || c == 0
                    || (i > from && (c == ':' || c == '-' || Character.isDigit(c)));
            if (!part) break;
            i++;
        }
        return i;
    }

    /** Entities, processing instructions and the comments that some browsers take for code. */
    private static boolean isDeclaration(String text, int from) {
        String rest = Transformation.lowerCase(text.substring(from, Math.min(text.length(), from + 24)));
        return rest.startsWith("!entity")
                || rest.startsWith("!attlist")
                || rest.startsWith("![cdata[")
                || rest.startsWith("!--[if")
                || rest.startsWith("?import")
                || rest.startsWith("?xml-stylesheet");
    }

    /**
     * Whether one of the attributes runs code.
     *
     * @param inTag whether the text surely stands within a tag: then URLs count, and more names are handlers
     */
    private static boolean inAttributes(String text, int from, int to, boolean inTag) {
        for (int equals = text.indexOf('=', from); equals >= 0 && equals < to; equals = text.indexOf('=', equals + 1)) {
            int end = equals;
            while (end > from && isBlank(text.charAt(end - 1))) end--;
            int start = end;
            while (start > from && isName(text.charAt(start - 1))) start--;
            if (start == end) continue;
            boolean apart =
                    start == from || isBlank(text.charAt(start - 1)) || "/\"'`".indexOf(text.charAt(start - 1)) >= 0;
            if (!apart) continue;
            String name = Transformation.lowerCase(text.substring(start, end)).replace("\0", "");
            if (isHandler(name, inTag)) return true;
            if (inTag && URL_ATTRIBUTES.contains(name) && isDangerousValue(text, equals + 1, to, name)) return true;
        }
        return false;
    }

    private static boolean isHandler(String name, boolean inTag) {
        if (!name.startsWith("on") || name.length() < 5) return false;
        return EVENTS.contains(name.substring(2)) || (inTag && name.startsWith("onwebkit"));
    }

    private static boolean isBlank(char c) {
        return c <= ' ';
    }

    private static boolean isName(char c) {
        char lower = (char) (c | 0x20);
        return (lower >= 'a' && lower <= 'z') || c == ':' || c == '-' || c == '_' || c == 0 || Character.isDigit(c);
    }

    private static boolean isDangerousValue(String text, int from, int to, String name) {
        int start = from;
        while (start < to && (isBlank(text.charAt(start)) || "\"'`".indexOf(text.charAt(start)) >= 0)) start++;
        if (name.equals("srcdoc")) return true;
        String value = folded(text, start, Math.min(to, start + 256));
        if (name.equals("style")) {
            return value.contains("expression(") || value.contains("javascript:") || value.contains("-moz-binding");
        }
        if (name.equals("content") || name.equals("values")) {
            return value.contains("javascript:") || value.contains("data:text/html");
        }
        return hasScriptScheme(value);
    }

    private static boolean hasScriptScheme(String folded) {
        return folded.startsWith("javascript:")
                || folded.startsWith("vbscript:")
                || folded.startsWith("livescript:")
                || folded.startsWith("data:text/html")
                || folded.startsWith("data:image/svg")
                || folded.startsWith("data:text/xml")
                || folded.startsWith("data:application/xhtml")
                || folded.startsWith("data:,<")
                || folded.startsWith("data:;base64");
    }

    /** As a browser reads a URL: character references decoded, white space and control characters left out. */
    private static String folded(String text, int from, int to) {
        String decoded = Transformation.lowerCase(Entities.decode(text.substring(from, to)));
        StringBuilder out = new StringBuilder(decoded.length());
        for (int i = 0; i < decoded.length(); i++) {
            if (!isBlank(decoded.charAt(i))) out.append(decoded.charAt(i));
        }
        return out.toString();
    }

    /** A whole value that is a URL with code in it, unlike a sentence that begins with the language's name. */
    private static boolean isScriptUrl(String text, int from, int to) {
        int colon = text.indexOf(':');
        boolean possible = colon > 0 || text.indexOf('&') >= 0;
        if (!possible) return false;
        String folded = folded(text, from, Math.min(to, from + 1024));
        if (!hasScriptScheme(folded)) return false;
        if (!folded.startsWith("javascript:")) return true;
        String raw = Entities.decode(text);
        return hasCall(raw, raw.indexOf(':') + 1);
    }

    /** A name directly followed by what calls or sets something. */
    private static boolean hasCall(String text, int from) {
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '`' || c == '=' || text.startsWith("//", i) || text.startsWith("%28", i)) return true;
            if (c == '(' && i > from && !isBlank(text.charAt(i - 1))) return true;
        }
        return false;
    }
}
