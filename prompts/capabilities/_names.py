"""First names of the people in problems."""

# fmt: off
WOMEN = (
    "Ada", "Aisha", "Anna", "Carla", "Carmen", "Clara", "Dana", "Elena", "Elif", "Farah", "Fatima", "Greta",
    "Hana", "Hannah", "Ines", "Ingrid", "Julia", "Laura", "Lena", "Marta", "Maya", "Nadia", "Nina", "Nora",
    "Paula", "Petra", "Priya", "Rosa", "Ruth", "Selma", "Sofia", "Tara", "Uma", "Vera", "Wanda", "Zoe",
)
MEN = (
    "Alan", "Amir", "Boris", "Bruno", "Chen", "David", "Diego", "Emil", "Erik", "Felix", "George", "Hugo",
    "Igor", "Ivan", "Jamal", "Jonas", "Karim", "Kofi", "Leo", "Luis", "Milo", "Nils", "Omar", "Oscar",
    "Otto", "Rafael", "Samir", "Simon", "Theo", "Tomas", "Victor", "Yusuf",
)
# fmt: on
NAMES = (*WOMEN, *MEN)
