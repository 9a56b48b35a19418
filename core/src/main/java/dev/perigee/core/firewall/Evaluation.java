package dev.perigee.core.firewall;

import dev.perigee.core.firewall.RequestParts.Part;
import dev.perigee.core.geo.Countries;
import dev.perigee.core.http.Field;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One request on its way through the rules: what was taken out of it so far, and the labels that it got. */
final class Evaluation {
    /** A part that every statement about it matches. */
    static final Part ALWAYS = new Part(new String[0], true);

    private final Inspected inspected;
    private final long nowMillis;
    private final Countries countries;
    private final @Nullable Part[] parts;
    private @Nullable List<String> labels;
    private @Nullable String country;
    private boolean located;
    private @Nullable List<Field> inserted;

    Evaluation(Inspected inspected, long nowMillis, Countries countries, int slots) {
        this.inspected = inspected;
        this.nowMillis = nowMillis;
        this.countries = countries;
        this.parts = new Part[slots];
    }

    Inspected inspected() {
        return inspected;
    }

    long nowMillis() {
        return nowMillis;
    }

    Countries countries() {
        return countries;
    }

    /** The country of the viewer's address, looked up once; a label says so from then on. */
    @Nullable
    String viewerCountry() {
        if (!located) {
            located = true;
            country = countries.of(inspected.address());
            label("awswaf:clientip:geo:country:" + (country == null ? "XX" : country));
        }
        return country;
    }

    /** The part of a slot: taken out of the request once, transformed once. */
    Part part(Slot slot) {
        Part known = parts[slot.index()];
        if (known != null) return known;
        Slot base = slot.base();
        Part made = base == null ? RequestParts.of(slot.component(), inspected) : transformed(slot, part(base));
        parts[slot.index()] = made;
        return made;
    }

    @SuppressWarnings("ReferenceEquality") // the very part
    private static Part transformed(Slot slot, Part from) {
        if (from == ALWAYS || from.texts().length == 0) return from;
        String[] texts = new String[from.texts().length];
        for (int i = 0; i < texts.length; i++) texts[i] = Transformation.all(slot.transformations(), from.texts()[i]);
        return new Part(texts, from.cut());
    }

    void label(String label) {
        List<String> mine = labels;
        if (mine == null) {
            mine = new ArrayList<>(4);
            labels = mine;
        }
        if (!mine.contains(label)) mine.add(label);
    }

    List<String> labels() {
        return labels == null ? List.of() : labels;
    }

    void insert(List<Field> fields) {
        if (fields.isEmpty()) return;
        List<Field> mine = inserted;
        if (mine == null) {
            mine = new ArrayList<>(4);
            inserted = mine;
        }
        mine.addAll(fields);
    }

    List<Field> inserted() {
        return inserted == null ? List.of() : inserted;
    }

    /**
     * Where a component's texts are kept during an evaluation.
     *
     * @param base the slot of the component as it is; null for that one
     */
    record Slot(
            int index,
            Component component,
            List<Transformation> transformations,
            @Nullable Slot base) {}
}
