package dev.perigee.lab.tour;

import java.io.StringReader;
import java.io.StringWriter;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;

/** The little XML that a client of the CloudFront API needs. */
final class Xml {
    private Xml() {}

    static Document parse(String text) throws TourFailed {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            return factory.newDocumentBuilder().parse(new InputSource(new StringReader(text)));
        } catch (Exception notXml) {
            throw new TourFailed("the API answered what is not XML: " + text, notXml);
        }
    }

    static String write(Document document) throws TourFailed {
        try {
            StringWriter text = new StringWriter();
            TransformerFactory.newDefaultInstance()
                    .newTransformer()
                    .transform(new DOMSource(document), new StreamResult(text));
            return text.toString();
        } catch (Exception impossible) {
            throw new TourFailed("the configuration cannot be written as XML", impossible);
        }
    }

    /** The child element of the root with this name. */
    static Element child(Document document, String name) throws TourFailed {
        for (@Nullable Node node = document.getDocumentElement().getFirstChild();
                node != null;
                node = node.getNextSibling()) {
            if (node instanceof Element element && name.equals(element.getLocalName())) return element;
        }
        throw new TourFailed("the API answered without " + name);
    }
}
