package dev.perigee.lab.photo;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.SplittableRandom;

/**
 * A picture that compresses as photos do: a sky and a meadow of two gradients, soft texture, the grain of a sensor and
 * an animal of a few ellipses. The same seed gives the same picture.
 */
final class Scene {
    private static final int GRAIN_TABLE = 1 << 16;

    private final int width;
    private final int height;
    private final SplittableRandom random;
    private final BufferedImage image;

    private Scene(int width, int height, long seed) {
        this.width = width;
        this.height = height;
        this.random = new SplittableRandom(seed);
        this.image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    }

    static BufferedImage paint(int width, int height, int grain, long seed) {
        Scene scene = new Scene(width, height, seed);
        scene.backdrop();
        scene.animal();
        scene.texture(grain);
        return scene.image;
    }

    private void backdrop() {
        float hue = random.nextInt(100) / 100f;
        Color top = Color.getHSBColor(0.55f + hue * 0.1f, 0.5f, 0.95f);
        Color horizon = Color.getHSBColor(0.1f + hue * 0.05f, 0.25f, 1f);
        Color grass = Color.getHSBColor(0.22f + hue * 0.12f, 0.6f, 0.55f);
        int line = height * (40 + random.nextInt(20)) / 100;
        Graphics2D pen = image.createGraphics();
        for (int y = 0; y < height; y++) {
            pen.setColor(y < line ? mix(top, horizon, y, line) : mix(grass, Color.BLACK, y - line, 2 * height));
            pen.drawLine(0, y, width, y);
        }
        pen.dispose();
    }

    private void animal() {
        Graphics2D pen = image.createGraphics();
        Color fur = Color.getHSBColor(0.06f + random.nextInt(6) / 100f, 0.5f, 0.35f + random.nextInt(40) / 100f);
        int size = height / 2;
        int left = width / 6 + random.nextInt(width / 3);
        int top = height * 2 / 5;
        pen.setColor(fur);
        pen.fillOval(left, top, size * 3 / 2, size);
        pen.fillOval(left - size / 4, top - size / 4, size * 2 / 3, size * 2 / 3);
        pen.setColor(fur.darker());
        pen.fillOval(left - size / 4, top - size / 2, size / 5, size / 2);
        pen.fillOval(left + size / 5, top - size / 2, size / 5, size / 2);
        for (int leg = 0; leg < 4; leg++)
            pen.fillRoundRect(left + size / 8 + leg * size / 3, top + size * 3 / 4, size / 7, size / 2, 20, 20);
        pen.setColor(Color.BLACK);
        pen.fillOval(left - size / 12, top, size / 12, size / 12);
        pen.fillOval(left + size / 6, top, size / 12, size / 12);
        pen.dispose();
    }

    /** Adds patches of light and shade, and grain. */
    private void texture(int grain) {
        int cell = Math.max(8, width / 48);
        int across = width / cell + 2;
        int[] patches = new int[across * (height / cell + 2)];
        for (int i = 0; i < patches.length; i++) patches[i] = random.nextInt(-20, 21);
        byte[] noise = new byte[GRAIN_TABLE];
        for (int i = 0; i < noise.length; i++) noise[i] = (byte) random.nextInt(-grain, grain + 1);
        int[] pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
        for (int y = 0; y < height; y++) {
            int row = y / cell * across;
            int down = y % cell;
            int start = random.nextInt(GRAIN_TABLE);
            for (int x = 0; x < width; x++) {
                int at = row + x / cell;
                int right = x % cell;
                int upper = patches[at] * (cell - right) + patches[at + 1] * right;
                int lower = patches[at + across] * (cell - right) + patches[at + across + 1] * right;
                int shade = (upper * (cell - down) + lower * down) / (cell * cell);
                int i = y * width + x;
                pixels[i] = shifted(pixels[i], shade + noise[(start + x) % GRAIN_TABLE]);
            }
        }
    }

    private static int shifted(int colour, int by) {
        int red = Math.clamp(((colour >> 16) & 0xff) + by, 0, 255);
        int green = Math.clamp(((colour >> 8) & 0xff) + by, 0, 255);
        int blue = Math.clamp((colour & 0xff) + by, 0, 255);
        return (red << 16) | (green << 8) | blue;
    }

    private static Color mix(Color a, Color b, int part, int whole) {
        float share = (float) part / whole;
        return new Color(
                Math.round(a.getRed() + (b.getRed() - a.getRed()) * share),
                Math.round(a.getGreen() + (b.getGreen() - a.getGreen()) * share),
                Math.round(a.getBlue() + (b.getBlue() - a.getBlue()) * share));
    }
}
