package dev.perigee.control.api;

import java.nio.charset.StandardCharsets;
import java.util.List;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.utils.builder.Buildable;

/** XML documents of CloudFront's shapes, both ways: the SDK's model classes say how each member is written. */
public final class Xml {
    public static final String NAMESPACE = "http://cloudfront.amazonaws.com/doc/2020-05-31/";

    private Xml() {}

    /** The document of a shape. */
    public static String write(String root, SdkPojo shape) {
        return write(root, shape, shape.sdkFields());
    }

    static String write(String root, SdkPojo shape, List<SdkField<?>> members) {
        XmlText xml = new XmlText();
        xml.open(root, NAMESPACE);
        XmlEncoder.members(xml, shape, members);
        return xml.close(root).toString();
    }

    /** The shape of a document that this program wrote itself. */
    public static <T> T parse(String document, String root, SdkPojo builder, Class<T> type) {
        try {
            byte[] bytes = document.getBytes(StandardCharsets.UTF_8);
            read(bytes, root, builder, builder.sdkFields());
            return type.cast(built(builder));
        } catch (Refused e) {
            throw new IllegalStateException("a stored " + root + " does not parse: " + e.text(), e);
        }
    }

    /** Sets members of a builder from a document. */
    static void read(byte[] document, String root, SdkPojo builder, List<SdkField<?>> members) throws Refused {
        XmlDecoder.decode(document, root, builder, members);
    }

    /** What the builder made; the SDK's builders are shapes themselves. */
    static SdkPojo built(SdkPojo builder) {
        return (SdkPojo) ((Buildable) builder).build();
    }

    static boolean isList(SdkField<?> field) {
        return field.marshallingType().equals(MarshallingType.LIST);
    }

    static ListTrait list(SdkField<?> field) {
        return field.getRequiredTrait(ListTrait.class);
    }

    /** Element name of a list's members; "member" where the model gives none. */
    static String memberName(ListTrait list) {
        String name = list.memberLocationName();
        return name == null ? "member" : name;
    }
}
