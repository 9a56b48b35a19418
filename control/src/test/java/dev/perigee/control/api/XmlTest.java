package dev.perigee.control.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.cloudfront.model.InvalidationBatch;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlConfig;
import software.amazon.awssdk.services.cloudfront.model.Paths;
import software.amazon.awssdk.services.cloudfront.model.PublicKeyConfig;

class XmlTest {
    private static InvalidationBatch read(String document) throws Refused {
        SdkPojo builder = InvalidationBatch.builder();
        Xml.read(document.getBytes(StandardCharsets.UTF_8), "InvalidationBatch", builder, builder.sdkFields());
        return (InvalidationBatch) Xml.built(builder);
    }

    @ParameterizedTest(name = "{0} -> {1} … {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "<InvalidationBatch> | MalformedXML | not well-formed",
                "not xml | MalformedXML | not well-formed",
                "<InvalidationBatch></Invalidation> | MalformedXML | not well-formed",
                "<Invalidation/> | MalformedInput | root element is Invalidation",
                "<InvalidationBatch><Path/></InvalidationBatch> | MalformedInput | Path is not known in InvalidationBatch",
                "<InvalidationBatch><CallerReference>a</CallerReference><CallerReference>b</CallerReference></InvalidationBatch> | MalformedInput | CallerReference stands twice",
                "<InvalidationBatch><Paths><Quantity>one</Quantity></Paths></InvalidationBatch> | MalformedInput | Quantity is 'one'",
                "<InvalidationBatch><Paths><Quantity>1.5</Quantity></Paths></InvalidationBatch> | MalformedInput | Quantity is '1.5'",
                "<InvalidationBatch><Paths><Quantity>99999999999</Quantity></Paths></InvalidationBatch> | MalformedInput | Quantity is '99999999999'",
                "<InvalidationBatch><Paths><Items><Member>a</Member></Items></Paths></InvalidationBatch> | MalformedInput | a list of Path",
                "<InvalidationBatch><Paths>/a</Paths></InvalidationBatch> | MalformedInput | '/a' stands between",
                "<InvalidationBatch><CallerReference><a/></CallerReference></InvalidationBatch> | MalformedInput | holds a value",
                "<InvalidationBatch a='b'/> | MalformedInput | attribute a",
                "<InvalidationBatch xmlns='urn:x'/> | MalformedInput | namespace urn:x",
                "<!DOCTYPE a [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><InvalidationBatch><CallerReference>&e;</CallerReference></InvalidationBatch> | MalformedXML | entit",
                "<!DOCTYPE InvalidationBatch><InvalidationBatch/> | MalformedXML | not allowed",
            })
    void refusesWhatIsNotTheShape(String document, String code, String message) {
        Refused refused = assertThrows(Refused.class, () -> read(document));
        assertEquals(code, refused.code());
        assertTrue(refused.text().contains(message), refused::text);
    }

    @Test
    void takesWhatOtherWritersWrite() throws Refused {
        InvalidationBatch batch = read("<?xml version='1.0' encoding='UTF-8' standalone='yes'?><!-- c -->\n"
                + "<c:InvalidationBatch xmlns:c='" + Xml.NAMESPACE + "'>\n  <c:Paths> <c:Quantity> 2 </c:Quantity>"
                + "<c:Items><c:Path><![CDATA[/a&b]]></c:Path><c:Path>/&#233;<!-- x -->z</c:Path></c:Items></c:Paths>"
                + "<c:CallerReference/></c:InvalidationBatch>\n<!-- end -->");
        assertEquals(
                InvalidationBatch.builder()
                        .callerReference("")
                        .paths(Paths.builder().quantity(2).items("/a&b", "/éz").build())
                        .build(),
                batch);
    }

    @Test
    void leavesOutEmptyItems() {
        String document = Xml.write("Paths", Paths.builder().quantity(0).items().build());
        assertEquals(
                "<?xml version=\"1.0\"?>\n<Paths xmlns=\"" + Xml.NAMESPACE + "\"><Quantity>0</Quantity></Paths>",
                document);
    }

    @Test
    void restoresWhatItWrote() {
        var config = PublicKeyConfig.builder()
                .callerReference("a\rb")
                .name("<&>]]>")
                .comment(" \u0085 ")
                .build();
        String document = Xml.write("PublicKeyConfig", config);
        assertEquals(config, Xml.parse(document, "PublicKeyConfig", PublicKeyConfig.builder(), PublicKeyConfig.class));
        assertFalse(document.contains("\r"));
    }

    @ParameterizedTest(name = "{0} {1} -> {2}")
    @CsvSource({
        "sigv4, s3, ''",
        "sigv5, s3, SigningProtocol is 'sigv5'",
        ", s3, SigningProtocol is required",
    })
    void requiredMembersAndEnumsAreChecked(String protocol, String type, String message) throws Refused {
        var config = OriginAccessControlConfig.builder()
                .name("n")
                .signingProtocol(protocol)
                .signingBehavior("always")
                .originAccessControlOriginType(type)
                .build();
        if (message.isEmpty()) {
            ShapeRules.check("Config", config);
        } else {
            Refused refused = assertThrows(Refused.class, () -> ShapeRules.check("Config", config));
            assertEquals("InvalidArgument", refused.code());
            assertTrue(refused.text().contains(message), refused::text);
        }
    }

    @Test
    void quantitiesAreCounted() {
        var paths = Paths.builder().quantity(2).items("/a").build();
        Refused refused = assertThrows(Refused.class, () -> ShapeRules.check("Paths", paths));
        assertEquals("InconsistentQuantities", refused.code());
        assertTrue(refused.text().contains("is 2, but it has 1"), refused::text);
    }

    /** The names of required.tsv are those of the SDK, so that a check cannot silently be for nothing. */
    @Test
    void requiredMembersAreNamedAsInTheSdk() throws ReflectiveOperationException {
        for (var entry : ShapeRules.REQUIRED.entrySet()) {
            String shape = entry.getKey().replace("WebACL", "WebAcl");
            Class<?> type = Class.forName("software.amazon.awssdk.services.cloudfront.model." + shape);
            SdkPojo builder = (SdkPojo) type.getMethod("builder").invoke(null);
            for (String member : entry.getValue()) {
                assertTrue(
                        builder.sdkFields().stream()
                                .anyMatch(field -> field.memberName().equals(member)),
                        () -> shape + " has no " + member);
            }
        }
    }
}
