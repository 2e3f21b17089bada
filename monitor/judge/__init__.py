"""The topic language, inflected forms, and the verdict with its reasons. Pure; knows no outlet, file or clock.

This file imports nothing: who searches, or has compiled topics, must not load what finds places and judges.
"""
