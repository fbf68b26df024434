"""The demo SAE of the embedded model: SAELens weights, a card with its measured quality, labels of its features."""
