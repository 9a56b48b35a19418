package dev.perigee.control.api;

import java.io.ByteArrayInputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;

/**
 * From elements to shapes. Strict: what the model does not know, knows once only, or knows of another type is refused
 * with the path of the element, since a misspelt setting that is ignored looks like one that works. (CloudFront's codes
 * for each case are not documented: MalformedXML here means not well-formed, MalformedInput not of the shape.)
 */
final class XmlDecoder {
    /** Configured once: making readers changes nothing in it. */
    private static final XMLInputFactory READERS = readers();

    private final XMLStreamReader reader;

    private XmlDecoder(XMLStreamReader reader) {
        this.reader = reader;
    }

    static void decode(byte[] document, String root, SdkPojo builder, List<SdkField<?>> members) throws Refused {
        try {
            new XmlDecoder(READERS.createXMLStreamReader(new ByteArrayInputStream(document)))
                    .document(root, builder, members);
        } catch (XMLStreamException e) {
            throw new Refused("MalformedXML", "The XML document is not well-formed: " + firstLine(e));
        }
    }

    private static XMLInputFactory readers() {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        return factory;
    }

    private void document(String root, SdkPojo builder, List<SdkField<?>> members) throws Refused, XMLStreamException {
        next();
        if (!reader.getLocalName().equals(root)) {
            throw new Refused(
                    "MalformedInput",
                    "The root element is " + reader.getLocalName() + " where " + root + " is expected.");
        }
        structure(root, builder, members);
        while (reader.hasNext()) skipMarkup(reader.next());
    }

    /** Reads from just after the start tag to the end tag. */
    private void structure(String path, SdkPojo builder, List<SdkField<?>> members) throws Refused, XMLStreamException {
        checkTag(path);
        Map<String, SdkField<?>> byName = new HashMap<>();
        for (SdkField<?> field : members) byName.put(field.locationName(), field);
        Map<String, List<Object>> flattened = new HashMap<>();
        while (next() == XMLStreamConstants.START_ELEMENT) {
            String name = reader.getLocalName();
            String child = path + "/" + name;
            if (NewerMembers.isSwitch(path, name)) {
                NewerMembers.requireOff(
                        child, scalar(child, MarshallingType.STRING).toString());
                continue;
            }
            SdkField<?> field = byName.remove(name);
            if (field == null) throw unexpected(name, path, members);
            if (Xml.isList(field) && Xml.list(field).isFlattened()) {
                byName.put(name, field);
                List<Object> values = flattened.computeIfAbsent(name, _ -> new ArrayList<>());
                values.add(value(child, Xml.list(field).memberFieldInfo()));
                field.set(builder, values);
            } else {
                field.set(builder, value(child, field));
            }
        }
    }

    private static Refused unexpected(String name, String path, List<SdkField<?>> members) {
        boolean known = members.stream().anyMatch(field -> field.locationName().equals(name));
        return new Refused(
                "MalformedInput",
                known
                        ? "The element " + name + " stands twice in " + path + "."
                        : "The element " + name + " is not known in " + path + ".");
    }

    private Object value(String path, SdkField<?> field) throws Refused, XMLStreamException {
        if (field.marshallingType().equals(MarshallingType.SDK_POJO)) {
            SdkPojo builder = field.constructor().get();
            structure(path, builder, builder.sdkFields());
            return Xml.built(builder);
        }
        return Xml.isList(field) ? list(path, Xml.list(field)) : scalar(path, field.marshallingType());
    }

    private List<Object> list(String path, ListTrait trait) throws Refused, XMLStreamException {
        checkTag(path);
        String member = Xml.memberName(trait);
        List<Object> values = new ArrayList<>();
        while (next() == XMLStreamConstants.START_ELEMENT) {
            if (!reader.getLocalName().equals(member)) {
                throw new Refused(
                        "MalformedInput",
                        "The element " + reader.getLocalName() + " is not known in " + path + ", a list of " + member
                                + ".");
            }
            values.add(value(path + "/" + member, trait.memberFieldInfo()));
        }
        return values;
    }

    private Object scalar(String path, MarshallingType<?> type) throws Refused, XMLStreamException {
        checkTag(path);
        StringBuilder text = new StringBuilder();
        for (int event = reader.next(); event != XMLStreamConstants.END_ELEMENT; event = reader.next()) {
            if (event == XMLStreamConstants.START_ELEMENT) {
                throw new Refused(
                        "MalformedInput", path + " holds a value, not elements such as " + reader.getLocalName() + ".");
            }
            if (skipMarkup(event)) continue;
            text.append(reader.getText());
        }
        return convert(path, type, text.toString());
    }

    private static Object convert(String path, MarshallingType<?> type, String text) throws Refused {
        if (type.equals(MarshallingType.STRING)) return text;
        String value = text.strip();
        try {
            if (type.equals(MarshallingType.INTEGER)) return Integer.valueOf(value);
            if (type.equals(MarshallingType.LONG)) return Long.valueOf(value);
            if (type.equals(MarshallingType.FLOAT)) return finite(Float.parseFloat(value));
            if (type.equals(MarshallingType.DOUBLE)) return Double.valueOf(finite(Double.parseDouble(value)));
            if (type.equals(MarshallingType.INSTANT)) return Instant.parse(value);
            if (type.equals(MarshallingType.SDK_BYTES)) {
                return SdkBytes.fromByteArrayUnsafe(Base64.getMimeDecoder().decode(value));
            }
        } catch (IllegalArgumentException | DateTimeException e) {
            throw notA(type, path, value);
        }
        if (type.equals(MarshallingType.BOOLEAN)) {
            if (value.equals("true") || value.equals("false")) return value.equals("true");
            throw notA(type, path, value);
        }
        throw new IllegalStateException("CloudFront has no member of type " + type.getTargetClass());
    }

    private static Refused notA(MarshallingType<?> type, String path, String value) {
        String name = type.getTargetClass().getSimpleName();
        return new Refused("MalformedInput", path + " is '" + value + "', which is not of type " + name + ".");
    }

    private static float finite(float value) {
        if (!Float.isFinite(value)) throw new NumberFormatException();
        return value;
    }

    private static double finite(double value) {
        if (!Double.isFinite(value)) throw new NumberFormatException();
        return value;
    }

    /** The next start or end tag; only white space may stand in between. */
    private int next() throws Refused, XMLStreamException {
        while (true) {
            int event = reader.next();
            if (event == XMLStreamConstants.START_ELEMENT || event == XMLStreamConstants.END_ELEMENT) return event;
            if (!skipMarkup(event) && !reader.isWhiteSpace()) {
                throw new Refused(
                        "MalformedInput", "The text '" + reader.getText().strip() + "' stands between elements.");
            }
        }
    }

    /** Whether this is markup without meaning; a document type is not, it is never allowed. */
    private boolean skipMarkup(int event) throws Refused {
        if (event == XMLStreamConstants.DTD || event == XMLStreamConstants.ENTITY_REFERENCE) {
            throw new Refused("MalformedXML", "Document types and entities are not allowed.");
        }
        return event != XMLStreamConstants.CHARACTERS && event != XMLStreamConstants.CDATA;
    }

    private void checkTag(String path) throws Refused {
        String namespace = reader.getNamespaceURI();
        if (namespace != null && !namespace.isEmpty() && !namespace.equals(Xml.NAMESPACE)) {
            throw new Refused("MalformedInput", path + " is in the namespace " + namespace + ".");
        }
        if (reader.getAttributeCount() > 0) {
            throw new Refused("MalformedInput", path + " has the attribute " + reader.getAttributeLocalName(0) + ".");
        }
    }

    private static String firstLine(XMLStreamException e) {
        String text = String.valueOf(e.getMessage());
        int cut = text.indexOf("Message: ");
        String message = cut < 0 ? text : text.substring(cut + "Message: ".length());
        int line = e.getLocation() == null ? -1 : e.getLocation().getLineNumber();
        return message.lines().findFirst().orElse("") + (line > 0 ? " (line " + line + ")" : "");
    }
}
