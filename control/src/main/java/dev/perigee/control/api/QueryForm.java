package dev.perigee.control.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import java.util.Map;
import java.util.TreeMap;

/**
 * AWS's Query protocol: a form whose names are paths, {@code Metrics.member.1.Name}, and XML for the answer. All values of a
 * request are text.
 */
final class QueryForm {
    private static final int DEPTH_MAX = 16;
    private static final int MEMBERS_MAX = 1_000;
    private static final String MEMBER = "member";

    private QueryForm() {}

    /** A structure, list or value of the form, before it is known which. */
    private static final class Part {
        private final Map<String, Part> parts = new TreeMap<>();
        private String value = "";

        JsonNode node() throws Refused {
            if (parts.isEmpty()) return JsonNodeFactory.instance.textNode(value);
            Part list = parts.get(MEMBER);
            if (list != null && parts.size() == 1) return list.list();
            ObjectNode structure = JsonNodeFactory.instance.objectNode();
            for (Map.Entry<String, Part> part : parts.entrySet()) {
                structure.set(part.getKey(), part.getValue().node());
            }
            return structure;
        }

        private JsonNode list() throws Refused {
            TreeMap<Integer, JsonNode> members = new TreeMap<>();
            for (Map.Entry<String, Part> part : parts.entrySet()) {
                if (!part.getKey().matches("[1-9][0-9]{0,3}"))
                    throw new Refused(
                            "MalformedInput", "'" + part.getKey() + "' is not the number of a list's member.");
                members.put(Integer.valueOf(part.getKey()), part.getValue().node());
            }
            Refused.unless(
                    members.size() <= MEMBERS_MAX,
                    "MalformedInput",
                    "A list has more than " + MEMBERS_MAX + " members.");
            var array = JsonNodeFactory.instance.arrayNode();
            members.values().forEach(array::add);
            return array;
        }
    }

    static ObjectNode read(String form) throws Refused {
        Part root = new Part();
        for (Map.Entry<String, String> parameter : Call.parameters(form).entrySet()) {
            Part at = root;
            String[] path = parameter.getKey().split("\\.", -1);
            Refused.unless(path.length <= DEPTH_MAX, "MalformedInput", "A parameter's name has too many parts.");
            for (String name : path) at = at.parts.computeIfAbsent(name, _ -> new Part());
            at.value = parameter.getValue();
        }
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, Part> part : root.parts.entrySet()) {
            document.set(part.getKey(), part.getValue().node());
        }
        return document;
    }

    static String write(String operation, ObjectNode output, String namespace, String requestId) {
        XmlText xml = new XmlText();
        xml.open(operation + "Response", namespace).open(operation + "Result");
        members(xml, output);
        xml.close(operation + "Result").open("ResponseMetadata").element("RequestId", requestId);
        xml.close("ResponseMetadata").close(operation + "Response");
        return xml.toString();
    }

    private static void members(XmlText xml, JsonNode structure) {
        for (Map.Entry<String, JsonNode> member : structure.properties()) {
            write(xml, member.getKey(), member.getValue());
        }
    }

    private static void write(XmlText xml, String name, JsonNode value) {
        if (value.isArray()) {
            xml.open(name);
            value.forEach(each -> write(xml, MEMBER, each));
            xml.close(name);
        } else if (value.isObject()) {
            xml.open(name);
            if (name.equals("ExtendedStatistics")) entries(xml, value);
            else members(xml, value);
            xml.close(name);
        } else if (value instanceof POJONode time) {
            xml.element(name, String.valueOf(time.getPojo()));
        } else {
            xml.element(name, value.asText());
        }
    }

    /** The one map among the answers. */
    private static void entries(XmlText xml, JsonNode map) {
        for (Map.Entry<String, JsonNode> entry : map.properties()) {
            xml.open("entry");
            xml.element("key", entry.getKey()).element("value", entry.getValue().asText());
            xml.close("entry");
        }
    }
}
