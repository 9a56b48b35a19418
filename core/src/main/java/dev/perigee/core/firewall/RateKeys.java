package dev.perigee.core.firewall;

import dev.perigee.core.firewall.Evaluation.Slot;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** What the requests of a rate are counted by. */
final class RateKeys {
    private final List<RateKey> keys;
    private final @Nullable Slot[] slots;
    private final Statement.@Nullable Forwarded forwarded;

    RateKeys(List<RateKey> keys, BiFunction<Component, List<Transformation>, Slot> slot) {
        this.keys = keys;
        this.slots = new Slot[keys.size()];
        Statement.Forwarded found = null;
        for (int i = 0; i < keys.size(); i++) {
            if (keys.get(i) instanceof RateKey.Part(var component, var transformations)) {
                slots[i] = slot.apply(component, transformations);
            }
            if (keys.get(i) instanceof RateKey.ForwardedAddress(var field)) found = field;
        }
        forwarded = found;
    }

    /** Whether the field that should name an address is there, and does not. */
    boolean namesNoAddress(Evaluation evaluation) {
        if (forwarded == null) return false;
        String field = ForwardedField.value(evaluation.inspected(), forwarded);
        return field != null && ForwardedField.first(field) == null;
    }

    /** What the rate comes to then. */
    boolean fallback() {
        return forwarded != null && forwarded.fallback();
    }

    /** The values of all keys in one text, or null when one is missing. */
    @Nullable
    String of(Evaluation evaluation) {
        if (keys.isEmpty()) return "";
        if (keys.size() == 1) return value(0, evaluation);
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < keys.size(); i++) {
            String value = value(i, evaluation);
            if (value == null) return null;
            // With the length, so that no two lists of values are the same text.
            all.append(value.length()).append(':').append(value);
        }
        return all.toString();
    }

    private @Nullable String value(int index, Evaluation evaluation) {
        return switch (keys.get(index)) {
            case RateKey.Address _ -> text(evaluation.inspected().address());
            case RateKey.ForwardedAddress(var field) -> {
                String value = ForwardedField.value(evaluation.inspected(), field);
                byte[] address = value == null ? null : ForwardedField.first(value);
                yield address == null ? null : text(address);
            }
            case RateKey.Part _ -> {
                Slot slot = slots[index];
                String[] texts =
                        slot == null ? new String[0] : evaluation.part(slot).texts();
                yield texts.length == 0 ? null : String.join("\n", texts);
            }
            case RateKey.Labels(String namespace) -> {
                List<String> mine = new ArrayList<>();
                for (String label : evaluation.labels()) {
                    if (label.startsWith(namespace)) mine.add(label);
                }
                yield mine.isEmpty() ? null : String.join("\n", mine);
            }
        };
    }

    private static String text(byte[] address) {
        return new String(address, StandardCharsets.ISO_8859_1);
    }
}
