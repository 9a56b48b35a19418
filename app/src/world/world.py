#!/usr/bin/env python3
"""Makes console/world.js: dots where there is land, and a point for each country.

    world.py land-110m.json countries-50m.json codes.json > world.js

The first two are of the npm package world-atlas 2.0.2 (made from Natural Earth, which is in the public domain), the third is
of i18n-iso-countries: the two-letter code of each of ISO 3166-1's numbers.
"""
import base64
import json
import math
import sys

COLUMNS, NORTH, SOUTH = 190, 80.0, -56.0


def miller(latitude):
    return 1.25 * math.log(math.tan(math.pi / 4 + 0.4 * math.radians(latitude)))


def latitude_of(y):
    return math.degrees(2.5 * (math.atan(math.exp(0.8 * y)) - math.pi / 4))


def decode(topology):
    scale, translate = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * scale[0] + translate[0], y * scale[1] + translate[1]))
        arcs.append(points)
    return arcs


def ring(arcs, indices):
    points = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points.extend(arc[1:] if points else arc)
    return points


def polygons(arcs, geometry):
    if geometry["type"] == "GeometryCollection":
        return [p for each in geometry["geometries"] for p in polygons(arcs, each)]
    if geometry["type"] == "Polygon":
        return [[ring(arcs, r) for r in geometry["arcs"]]]
    if geometry["type"] == "MultiPolygon":
        return [[ring(arcs, r) for r in polygon] for polygon in geometry["arcs"]]
    return []


def unwrapped(points):
    """A ring that crosses 180 degrees goes on beyond them, instead of back around the world."""
    turn, before, made = 0, points[0][0], []
    for x, y in points:
        turn += 360 if x - before < -180 else -360 if x - before > 180 else 0
        before = x
        made.append((x + turn, y))
    return made


def inside(x, y, rings):
    odd = False
    for points in rings:
        for (x1, y1), (x2, y2) in zip(points, points[1:] + points[:1]):
            if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
                odd = not odd
    return odd


def centre(points):
    area = cx = cy = 0.0
    for (x1, y1), (x2, y2) in zip(points, points[1:] + points[:1]):
        cross = x1 * y2 - x2 * y1
        area += cross
        cx += (x1 + x2) * cross
        cy += (y1 + y2) * cross
    if abs(area) < 1e-9:
        return 0.0, points[0]
    return abs(area) / 2, (cx / (3 * area), cy / (3 * area))


def land_bits(path):
    topology = json.load(open(path))
    land = polygons(decode(topology), topology["objects"]["land"])
    land = [[unwrapped(r) for r in p] for p in land if max(y for _, y in p[0]) > SOUTH]
    boxes = [(min(x for x, _ in p[0]), max(x for x, _ in p[0]), min(y for _, y in p[0]), max(y for _, y in p[0]), p) for p in land]
    step = 2 * math.pi / COLUMNS
    rows = int((miller(NORTH) - miller(SOUTH)) / step)
    bits = bytearray((COLUMNS * rows + 7) // 8)
    for row in range(rows):
        y = latitude_of(miller(NORTH) - (row + 0.5) * step)
        for column in range(COLUMNS):
            # Every other row is shifted by half a dot.
            x = -180 + (column + (0.25 if row % 2 else 0.75)) * 360 / COLUMNS
            if any(w <= t <= e and s <= y <= n and inside(t, y, p) for t in (x - 360, x, x + 360) for w, e, s, n, p in boxes):
                at = row * COLUMNS + column
                bits[at // 8] |= 1 << (at % 8)
    return rows, base64.b64encode(bytes(bits)).decode()


def countries(path, codes):
    by_number = {number: two for two, _, number, *_ in json.load(open(codes))}
    topology = json.load(open(path))
    arcs = decode(topology)
    found = {}
    for geometry in topology["objects"]["countries"]["geometries"]:
        code = by_number.get(geometry.get("id"))
        rings = [p[0] for p in polygons(arcs, geometry)]
        if code and rings:
            _, (x, y) = max(centre(r) for r in rings)
            found[code] = [round(y), round(x)]
    return dict(sorted(found.items()))


rows, bits = land_bits(sys.argv[1])
places = json.dumps(countries(sys.argv[2], sys.argv[3]), separators=(",", ":"))
print("// Made by app/src/world/world.py from Natural Earth (naturalearthdata.com), which is in the public domain.")
print(f"export const columns = {COLUMNS}, rows = {rows}, north = {NORTH:g};")
print(f"export const land = '{bits}';")
print(f"export const countries = {places};")
