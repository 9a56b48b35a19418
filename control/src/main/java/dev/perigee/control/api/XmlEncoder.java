package dev.perigee.control.api;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.ListTrait;

/** From shapes to elements, in the order of the model. */
final class XmlEncoder {
    private static final DateTimeFormatter MILLISECONDS = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private XmlEncoder() {}

    static void members(XmlText xml, SdkPojo shape, List<SdkField<?>> members) {
        for (SdkField<?> field : members) element(xml, field, field.locationName(), field.getValueOrDefault(shape));
    }

    private static void element(XmlText xml, SdkField<?> field, String name, @Nullable Object value) {
        switch (value) {
            case null -> {}
            // CloudFront leaves out Items when Quantity is 0.
            case List<?> list when list.isEmpty() -> {}
            case List<?> list -> list(xml, Xml.list(field), name, list);
            case SdkPojo shape -> {
                xml.open(name);
                members(xml, shape, shape.sdkFields());
                xml.close(name);
            }
            case Object scalar -> xml.element(name, text(scalar));
        }
    }

    private static void list(XmlText xml, ListTrait trait, String name, List<?> values) {
        if (!trait.isFlattened()) xml.open(name);
        String member = trait.isFlattened() ? name : Xml.memberName(trait);
        for (Object value : values) element(xml, trait.memberFieldInfo(), member, value);
        if (!trait.isFlattened()) xml.close(name);
    }

    static String text(Object scalar) {
        return switch (scalar) {
            case String text -> text;
            case Boolean flag -> flag.toString();
            case Number number -> number.toString();
            case Instant instant -> MILLISECONDS.format(instant);
            case SdkBytes bytes -> Base64.getEncoder().encodeToString(bytes.asByteArrayUnsafe());
            default -> throw new IllegalArgumentException("CloudFront has no " + scalar.getClass());
        };
    }
}
