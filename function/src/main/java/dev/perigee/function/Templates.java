package dev.perigee.function;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Functions for usual jobs, to begin with. */
public final class Templates {
    private static final List<Template> ALL = List.of(
            new Template("ab-by-cookie", "Two variants, of which each viewer keeps one."),
            new Template("country-redirect", "The start page of the viewer's country."),
            new Template("hotlink-check", "Only own pages may embed."),
            new Template("image-format", "Pictures in the best format that the browser takes."),
            new Template("index-rewrite", "Folders show their index.html."),
            new Template("jwt-check", "Only who has a valid token passes; the secret is in a key value store."),
            new Template("maintenance", "A page while a key value store says so."),
            new Template("redirects", "Old addresses lead to new ones, by a key value store."),
            new Template("security-headers", "Headers that tell browsers to be careful."),
            new Template("true-client-ip", "Tells the origin who asks."));

    private Templates() {}

    /**
     * One of them.
     *
     * @param summary what it does, in a sentence
     */
    public record Template(String name, String summary) {
        /** In JavaScript, for the runtime cloudfront-js-2.0. */
        public String source() {
            return Scripts.read("templates/" + name + ".js");
        }
    }

    /** By their names. */
    public static List<Template> all() {
        return ALL;
    }

    public static @Nullable Template named(String name) {
        for (Template each : ALL) {
            if (each.name().equals(name)) return each;
        }
        return null;
    }
}
