package dev.perigee.lab.tour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class XmlTest {
    @Test
    void theConfigurationIsWellFormedAndCanBeDisabled() throws TourFailed {
        Document config = Xml.parse(TourDistribution.config("b.s3.amazonaws.com", "tour-1"));
        assertEquals("tour-1", Xml.child(config, "CallerReference").getTextContent());
        Xml.child(config, "Enabled").setTextContent("false");
        String text = Xml.write(config);
        assertTrue(text.contains("<Enabled>false</Enabled>"), text);
        assertTrue(text.contains("xmlns=\"http://cloudfront.amazonaws.com/doc/2020-05-31/\""), text);
    }

    @Test
    void onlyChildrenOfTheRootAreFound() throws TourFailed {
        Document document = Xml.parse("<a><b><Id>inner</Id></b><Id>outer</Id></a>");
        assertEquals("outer", Xml.child(document, "Id").getTextContent());
        assertThrows(TourFailed.class, () -> Xml.child(document, "Status"));
    }

    @Test
    void whatIsNotXmlOrDeclaresADoctypeIsRefused() {
        assertThrows(TourFailed.class, () -> Xml.parse("not xml"));
        assertThrows(
                TourFailed.class,
                () -> Xml.parse("<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>"));
    }
}
