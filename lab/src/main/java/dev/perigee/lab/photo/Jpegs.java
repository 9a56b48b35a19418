package dev.perigee.lab.photo;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Encodes images as JPEG, at a quality or to a size. */
final class Jpegs {
    private static final float QUALITY_FIRST = 0.8f;
    private static final float QUALITY_MIN = 0.3f;
    private static final float QUALITY_MAX = 0.97f;
    private static final double CLOSE_ENOUGH = 0.15;
    private static final int ATTEMPTS_MAX = 4;

    private Jpegs() {}

    static byte[] encode(BufferedImage image, float quality) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        try (ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam settings = writer.getDefaultWriteParam();
            settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            settings.setCompressionQuality(quality);
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), settings);
            out.flush();
            return bytes.toByteArray();
        } finally {
            writer.dispose();
        }
    }

    /** Near the wanted number of bytes, as near as a few qualities tried come. */
    static byte[] encodeTo(BufferedImage image, int bytesWanted) throws IOException {
        float low = QUALITY_MIN;
        float high = QUALITY_MAX;
        float quality = QUALITY_FIRST;
        byte[] jpeg = encode(image, quality);
        for (int attempt = 1; attempt < ATTEMPTS_MAX; attempt++) {
            double miss = (double) jpeg.length / bytesWanted - 1;
            if (Math.abs(miss) <= CLOSE_ENOUGH) break;
            if (miss > 0) high = quality;
            else low = quality;
            quality = (low + high) / 2;
            jpeg = encode(image, quality);
        }
        return jpeg;
    }

    static BufferedImage scaled(BufferedImage original, int width) {
        int height = Math.max(1, Math.round((float) original.getHeight() * width / original.getWidth()));
        BufferedImage small = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = small.createGraphics();
        pen.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        pen.drawImage(original, 0, 0, width, height, null);
        pen.dispose();
        return small;
    }
}
