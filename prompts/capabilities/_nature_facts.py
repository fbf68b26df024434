"""Facts of geography, chemistry, physics, astronomy and biology."""

from prompts.capabilities._fact_tables import Table, pairs, words

CITIES: Table = {
    "easy": words(
        """
        Munich:DE Hamburg:DE Lyon:FR Marseille:FR Barcelona:ES Seville:ES Milan:IT Naples:IT Venice:IT
        Florence:IT Osaka:JP Kyoto:JP Shanghai:CN Guangzhou:CN Mumbai:IN Kolkata:IN Toronto:CA
        Montreal:CA Vancouver:CA Melbourne:AU Brisbane:AU Rio_de_Janeiro:BR Manchester:GB Liverpool:GB
        Glasgow:GB Chicago:US Los_Angeles:US Houston:US Istanbul:TR Saint_Petersburg:RU Dubai:AE
        Geneva:CH Zurich:CH Rotterdam:NL Antwerp:BE Salzburg:AT Johannesburg:ZA Casablanca:MA Auckland:NZ
        Karachi:PK Krakow:PL
        """
    ),
    "medium": words(
        """
        Gothenburg:SE Bergen:NO Aarhus:DK Porto:PT Gdansk:PL Leipzig:DE Toulouse:FR Turin:IT Bilbao:ES
        Basel:CH Utrecht:NL Ghent:BE Graz:AT Lahore:PK Chennai:IN Jaipur:IN Chengdu:CN Wuhan:CN
        Sapporo:JP Nagoya:JP Busan:KR Chiang_Mai:TH Cebu_City:PH Mombasa:KE Kumasi:GH Kano:NG
        Marrakesh:MA Jeddah:SA Mashhad:IR Isfahan:IR Izmir:TR Novosibirsk:RU Vladivostok:RU
        Guadalajara:MX Monterrey:MX Medellín:CO Cusco:PE Christchurch:NZ Adelaide:AU Calgary:CA
        Winnipeg:CA Durban:ZA Chittagong:BD Mandalay:MM
        """
    ),
    "hard": words(
        """
        Tampere:FI Malmö:SE Trondheim:NO Odense:DK Braga:PT Lodz:PL Brno:CZ Debrecen:HU Plovdiv:BG
        Cluj-Napoca:RO Novi_Sad:RS Kaunas:LT Daugavpils:LV Tartu:EE Maribor:SI Kosice:SK Shkoder:AL
        Gomel:BY Linz:AT Bursa:TR Multan:PK Nagpur:IN Kunming:CN Fukuoka:JP Incheon:KR Khon_Kaen:TH
        Bulawayo:ZW Kitwe:ZM Blantyre:MW Lubumbashi:CD Douala:CM Bobo-Dioulasso:BF Kisumu:KE Beira:MZ
        Fortaleza:BR Curitiba:BR Arequipa:PE Barranquilla:CO Maracaibo:VE Yekaterinburg:RU Samarkand:UZ
        Osh:KG Herat:AF
        """
    ),
}
"""City and ISO 3166-1 alpha-2 code of its country."""

SYMBOLS: Table = {
    "easy": words(
        """
        hydrogen:H helium:He carbon:C nitrogen:N oxygen:O sodium:Na magnesium:Mg aluminum:Al silicon:Si
        sulfur:S chlorine:Cl potassium:K calcium:Ca iron:Fe copper:Cu zinc:Zn silver:Ag tin:Sn gold:Au
        mercury:Hg lead:Pb uranium:U neon:Ne nickel:Ni phosphorus:P
        """
    ),
    "medium": words(
        """
        lithium:Li beryllium:Be boron:B fluorine:F argon:Ar titanium:Ti vanadium:V chromium:Cr
        manganese:Mn cobalt:Co arsenic:As bromine:Br krypton:Kr iodine:I xenon:Xe barium:Ba tungsten:W
        platinum:Pt radon:Rn radium:Ra plutonium:Pu antimony:Sb bismuth:Bi cadmium:Cd cesium:Cs
        """
    ),
    "hard": words(
        """
        scandium:Sc gallium:Ga germanium:Ge selenium:Se rubidium:Rb strontium:Sr yttrium:Y zirconium:Zr
        niobium:Nb molybdenum:Mo ruthenium:Ru rhodium:Rh palladium:Pd indium:In tellurium:Te lanthanum:La
        cerium:Ce praseodymium:Pr neodymium:Nd promethium:Pm samarium:Sm europium:Eu gadolinium:Gd
        terbium:Tb dysprosium:Dy holmium:Ho erbium:Er thulium:Tm ytterbium:Yb lutetium:Lu hafnium:Hf
        tantalum:Ta rhenium:Re osmium:Os iridium:Ir thallium:Tl polonium:Po astatine:At francium:Fr
        actinium:Ac thorium:Th protactinium:Pa neptunium:Np americium:Am curium:Cm berkelium:Bk
        californium:Cf einsteinium:Es fermium:Fm nobelium:No
        """
    ),
}

SCIENCE: Table = {
    "easy": pairs(
        """
        The largest planet in our solar system is = Jupiter
        The planet closest to the Sun is = Mercury
        The planet known as the Red Planet is = Mars
        The planet with the most prominent ring system is = Saturn
        The natural satellite of the Earth is called the = Moon
        The star at the center of our solar system is the = Sun
        Water is made up of hydrogen and = oxygen
        At sea level, water boils at a temperature in degrees Celsius of = 100
        The process by which green plants make food from sunlight is called = photosynthesis
        The organ that pumps blood through the human body is the = heart
        The pair of organs with which humans breathe are the = lungs
        The hardest mineral on the Mohs scale is = diamond
        The most abundant gas in the atmosphere of the Earth is = nitrogen
        The scientific study of living things is called = biology
        The molecule that carries genetic information is abbreviated as = DNA
        The force that pulls objects toward the ground is called = gravity
        The scientist who published the theory of general relativity was Albert = Einstein
        The theory of evolution by natural selection was proposed by Charles = Darwin
        The frozen form of water is called = ice
        Sodium chloride is commonly known as table = salt
        """
    ),
    "medium": pairs(
        """
        The seventh planet from the Sun is = Uranus
        The planet farthest from the Sun is = Neptune
        The largest organ of the human body is the = skin
        The longest bone of the human body is the = femur
        The SI unit of force is the = newton
        The SI unit of energy is the = joule
        The SI unit of power is the = watt
        The SI unit of electric current is the = ampere
        The SI unit of frequency is the = hertz
        The SI unit of thermodynamic temperature is the = kelvin
        The SI unit of pressure is the = pascal
        The negatively charged particle that surrounds the nucleus of an atom is the = electron
        The positively charged particle in the nucleus of an atom is the = proton
        The particle in the nucleus of an atom that has no electric charge is the = neutron
        The green pigment in the leaves of plants is called = chlorophyll
        The hormone that lowers blood sugar is = insulin
        The first element of the periodic table is = hydrogen
        The galaxy that contains our solar system is the Milky = Way
        The metal that is liquid at room temperature and was used in thermometers is = mercury
        Penicillin was discovered by Alexander = Fleming
        The law of universal gravitation was formulated by Isaac = Newton
        The element with atomic number 6 is = carbon
        The element with atomic number 8 is = oxygen
        """
    ),
    "hard": pairs(
        """
        The largest moon of Saturn is = Titan
        The largest moon of Jupiter is = Ganymede
        The largest moon of Neptune is = Triton
        The larger of the two moons of Mars is = Phobos
        The smaller of the two moons of Mars is = Deimos
        The SI unit of electric charge is the = coulomb
        The SI unit of electric resistance is the = ohm
        The SI unit of capacitance is the = farad
        The SI unit of inductance is the = henry
        The SI unit of magnetic flux density is the = tesla
        The SI unit of magnetic flux is the = weber
        The SI unit of luminous intensity is the = candela
        The SI unit of radioactivity is the = becquerel
        The SI unit of absorbed dose is the = gray
        The smallest bone of the human body is the = stapes
        The element with atomic number 26 is = iron
        The element with atomic number 47 is = silver
        The element with atomic number 79 is = gold
        The element with atomic number 92 is = uranium
        The element with atomic number 50 is = tin
        The element with atomic number 74 is = tungsten
        The layer of the atmosphere directly above the troposphere is the = stratosphere
        The periodic table of 1869 was the work of Dmitri = Mendeleev
        The electron was discovered by J. J. = Thomson
        The neutron was discovered by James = Chadwick
        """
    ),
}

ANIMALS: Table = {
    "easy": pairs(
        """
        young dog is called a = puppy
        young cat is called a = kitten
        young cow is called a = calf
        young sheep is called a = lamb
        young pig is called a = piglet
        young bear is called a = cub
        young duck is called a = duckling
        young kangaroo is called a = joey
        young horse is called a = foal
        young frog that lives in water is called a = tadpole
        female chicken is called a = hen
        female lion is called a = lioness
        male bovine is called a = bull
        group of wolves is called a = pack
        group of bees is called a = swarm
        """
    ),
    "medium": pairs(
        """
        young goose is called a = gosling
        young swan is called a = cygnet
        young deer is called a = fawn
        young goat is called a = kid
        young elephant is called a = calf
        young owl is called an = owlet
        young seal is called a = pup
        young eagle is called an = eaglet
        female horse is called a = mare
        female sheep is called a = ewe
        male sheep is called a = ram
        female pig is called a = sow
        female fox is called a = vixen
        male horse kept for breeding is called a = stallion
        female tiger is called a = tigress
        group of lions is called a = pride
        group of sheep is called a = flock
        group of whales is called a = pod
        """
    ),
    "hard": pairs(
        """
        young hare is called a = leveret
        young eel is called an = elver
        young turkey is called a = poult
        young pigeon is called a = squab
        young hedgehog is called a = hoglet
        young alpaca is called a = cria
        male duck is called a = drake
        male goose is called a = gander
        male pig is called a = boar
        male swan is called a = cob
        female swan is called a = pen
        group of geese on the ground is called a = gaggle
        group of crows is called a = murder
        group of owls is called a = parliament
        group of larks is called an = exaltation
        """
    ),
}
