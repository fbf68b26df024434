"""Facts that no source disputes and no year changes, by how widely known they are: (what is asked, answer).

Left out: works whose authorship is debated, dates given differently by calendar or definition, birthplaces
that are traditions rather than records, animals with several names for their young, and answers that are
spelt in several ways (accents, transliterations, initials).
"""

from tools.cases import Difficulty

Table = dict[Difficulty, tuple[tuple[str, str], ...]]


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    """The lines of `text`, each `what is asked = answer`."""
    rows = (line.rpartition(" = ") for line in text.strip().splitlines())
    return tuple((asked.strip(), answer.strip()) for asked, _, answer in rows)


def _words(text: str) -> tuple[tuple[str, str], ...]:
    """The words of `text`, each `asked:answer` with underscores for spaces."""
    rows = (word.replace("_", " ").split(":") for word in text.split())
    return tuple((asked, answer) for asked, answer in rows)


CITIES: Table = {
    "easy": _words(
        """
        Munich:DE Hamburg:DE Lyon:FR Marseille:FR Barcelona:ES Seville:ES Milan:IT Naples:IT Venice:IT
        Florence:IT Osaka:JP Kyoto:JP Shanghai:CN Guangzhou:CN Mumbai:IN Kolkata:IN Toronto:CA
        Montreal:CA Vancouver:CA Melbourne:AU Brisbane:AU Rio_de_Janeiro:BR Manchester:GB Liverpool:GB
        Glasgow:GB Chicago:US Los_Angeles:US Houston:US Istanbul:TR Saint_Petersburg:RU Dubai:AE
        Geneva:CH Zurich:CH Rotterdam:NL Antwerp:BE Salzburg:AT Johannesburg:ZA Casablanca:MA Auckland:NZ
        Karachi:PK Krakow:PL
        """
    ),
    "medium": _words(
        """
        Gothenburg:SE Bergen:NO Aarhus:DK Porto:PT Gdansk:PL Leipzig:DE Toulouse:FR Turin:IT Bilbao:ES
        Basel:CH Utrecht:NL Ghent:BE Graz:AT Lahore:PK Chennai:IN Jaipur:IN Chengdu:CN Wuhan:CN
        Sapporo:JP Nagoya:JP Busan:KR Chiang_Mai:TH Cebu_City:PH Mombasa:KE Kumasi:GH Kano:NG
        Marrakesh:MA Jeddah:SA Mashhad:IR Isfahan:IR Izmir:TR Novosibirsk:RU Vladivostok:RU
        Guadalajara:MX Monterrey:MX Medellín:CO Cusco:PE Christchurch:NZ Adelaide:AU Calgary:CA
        Winnipeg:CA Durban:ZA Chittagong:BD Mandalay:MM
        """
    ),
    "hard": _words(
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
    "easy": _words(
        """
        hydrogen:H helium:He carbon:C nitrogen:N oxygen:O sodium:Na magnesium:Mg aluminum:Al silicon:Si
        sulfur:S chlorine:Cl potassium:K calcium:Ca iron:Fe copper:Cu zinc:Zn silver:Ag tin:Sn gold:Au
        mercury:Hg lead:Pb uranium:U neon:Ne nickel:Ni phosphorus:P
        """
    ),
    "medium": _words(
        """
        lithium:Li beryllium:Be boron:B fluorine:F argon:Ar titanium:Ti vanadium:V chromium:Cr
        manganese:Mn cobalt:Co arsenic:As bromine:Br krypton:Kr iodine:I xenon:Xe barium:Ba tungsten:W
        platinum:Pt radon:Rn radium:Ra plutonium:Pu antimony:Sb bismuth:Bi cadmium:Cd cesium:Cs
        """
    ),
    "hard": _words(
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
    "easy": _pairs(
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
    "medium": _pairs(
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
    "hard": _pairs(
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

AUTHORS: Table = {
    "easy": _pairs(
        """
        Romeo and Juliet = William Shakespeare
        Hamlet = William Shakespeare
        Macbeth = William Shakespeare
        Pride and Prejudice = Jane Austen
        Emma = Jane Austen
        Oliver Twist = Charles Dickens
        Great Expectations = Charles Dickens
        A Tale of Two Cities = Charles Dickens
        War and Peace = Leo Tolstoy
        Anna Karenina = Leo Tolstoy
        The Adventures of Tom Sawyer = Mark Twain
        Adventures of Huckleberry Finn = Mark Twain
        Nineteen Eighty-Four = George Orwell
        Animal Farm = George Orwell
        Frankenstein = Mary Shelley
        Dracula = Bram Stoker
        Alice's Adventures in Wonderland = Lewis Carroll
        Moby-Dick = Herman Melville
        Don Quixote = Miguel de Cervantes
        The Canterbury Tales = Geoffrey Chaucer
        The Raven = Edgar Allan Poe
        A Christmas Carol = Charles Dickens
        The Jungle Book = Rudyard Kipling
        Murder on the Orient Express = Agatha Christie
        The Wealth of Nations = Adam Smith
        On the Origin of Species = Charles Darwin
        The Shining = Stephen King
        """
    ),
    "medium": _pairs(
        """
        The Great Gatsby = F. Scott Fitzgerald
        The Old Man and the Sea = Ernest Hemingway
        A Farewell to Arms = Ernest Hemingway
        The Grapes of Wrath = John Steinbeck
        To Kill a Mockingbird = Harper Lee
        Brave New World = Aldous Huxley
        Les Misérables = Victor Hugo
        Madame Bovary = Gustave Flaubert
        Walden = Henry David Thoreau
        The Call of the Wild = Jack London
        Little Women = Louisa May Alcott
        Slaughterhouse-Five = Kurt Vonnegut
        Fahrenheit 451 = Ray Bradbury
        Lolita = Vladimir Nabokov
        Beloved = Toni Morrison
        The Handmaid's Tale = Margaret Atwood
        Leaves of Grass = Walt Whitman
        Waiting for Godot = Samuel Beckett
        Lord of the Flies = William Golding
        The Three Musketeers = Alexandre Dumas
        The Metamorphosis = Franz Kafka
        The Trial = Franz Kafka
        The Divine Comedy = Dante Alighieri
        Faust = Johann Wolfgang von Goethe
        The Picture of Dorian Gray = Oscar Wilde
        Treasure Island = Robert Louis Stevenson
        Gulliver's Travels = Jonathan Swift
        Robinson Crusoe = Daniel Defoe
        Twenty Thousand Leagues Under the Seas = Jules Verne
        """
    ),
    "hard": _pairs(
        """
        Middlemarch = George Eliot
        Ulysses = James Joyce
        Mrs Dalloway = Virginia Woolf
        To the Lighthouse = Virginia Woolf
        Heart of Darkness = Joseph Conrad
        Tess of the d'Urbervilles = Thomas Hardy
        The Magic Mountain = Thomas Mann
        Buddenbrooks = Thomas Mann
        In Search of Lost Time = Marcel Proust
        The Stranger = Albert Camus
        The Plague = Albert Camus
        Dead Souls = Nikolai Gogol
        Fathers and Sons = Ivan Turgenev
        The Cherry Orchard = Anton Chekhov
        The Master and Margarita = Mikhail Bulgakov
        Doctor Zhivago = Boris Pasternak
        Things Fall Apart = Chinua Achebe
        Steppenwolf = Hermann Hesse
        The Name of the Rose = Umberto Eco
        Candide = Voltaire
        The Decameron = Giovanni Boccaccio
        Paradise Lost = John Milton
        Vanity Fair = William Makepeace Thackeray
        Leviathan = Thomas Hobbes
        The Social Contract = Jean-Jacques Rousseau
        The Second Sex = Simone de Beauvoir
        The Bell Jar = Sylvia Plath
        Midnight's Children = Salman Rushdie
        Invisible Cities = Italo Calvino
        A Doll's House = Henrik Ibsen
        The Sound and the Fury = William Faulkner
        The Scarlet Letter = Nathaniel Hawthorne
        """
    ),
}

ARTWORKS: Table = {
    "easy": _pairs(
        """
        The Mona Lisa was painted by Leonardo = da Vinci
        The Last Supper in Milan was painted by Leonardo = da Vinci
        The Starry Night was painted by Vincent = van Gogh
        The ceiling of the Sistine Chapel was painted by = Michelangelo
        Guernica was painted by Pablo = Picasso
        The Ninth Symphony with the Ode to Joy was composed by Ludwig van = Beethoven
        The Magic Flute was composed by Wolfgang Amadeus = Mozart
        The Four Seasons was composed by Antonio = Vivaldi
        Swan Lake was composed by Pyotr Ilyich = Tchaikovsky
        The Brandenburg Concertos were composed by Johann Sebastian = Bach
        The film Psycho was directed by Alfred = Hitchcock
        """
    ),
    "medium": _pairs(
        """
        The Night Watch was painted by = Rembrandt
        Girl with a Pearl Earring was painted by Johannes = Vermeer
        The Birth of Venus was painted by Sandro = Botticelli
        The Scream was painted by Edvard = Munch
        The Kiss of 1908 was painted by Gustav = Klimt
        The Thinker was sculpted by Auguste = Rodin
        The oratorio Messiah was composed by George Frideric = Handel
        The opera Carmen was composed by Georges = Bizet
        The opera Aida was composed by Giuseppe = Verdi
        The opera Tosca was composed by Giacomo = Puccini
        Boléro was composed by Maurice = Ravel
        The Nutcracker was composed by Pyotr Ilyich = Tchaikovsky
        """
    ),
    "hard": _pairs(
        """
        The School of Athens was painted by = Raphael
        Liberty Leading the People was painted by Eugène = Delacroix
        Nighthawks was painted by Edward = Hopper
        American Gothic was painted by Grant = Wood
        The Garden of Earthly Delights was painted by Hieronymus = Bosch
        Wanderer above the Sea of Fog was painted by Caspar David = Friedrich
        The Rite of Spring was composed by Igor = Stravinsky
        Peer Gynt was set to music by Edvard = Grieg
        The tone poem Finlandia was composed by Jean = Sibelius
        The opera The Barber of Seville was composed by Gioachino = Rossini
        Pictures at an Exhibition was composed by Modest = Mussorgsky
        The Planets was composed by Gustav = Holst
        """
    ),
}

BIRTHPLACES: Table = {
    "easy": _pairs(
        """
        Wolfgang Amadeus Mozart = Salzburg
        Ludwig van Beethoven = Bonn
        Albert Einstein = Ulm
        Marie Curie = Warsaw
        Anne Frank = Frankfurt
        Elvis Presley = Tupelo
        John Lennon = Liverpool
        Barack Obama = Honolulu
        Charles de Gaulle = Lille
        Benjamin Franklin = Boston
        William Shakespeare = Stratford-upon-Avon
        Paul McCartney = Liverpool
        Walt Disney = Chicago
        Steve Jobs = San Francisco
        Bill Gates = Seattle
        Muhammad Ali = Louisville
        """
    ),
    "medium": _pairs(
        """
        Johann Sebastian Bach = Eisenach
        Karl Marx = Trier
        Johann Wolfgang von Goethe = Frankfurt
        Franz Kafka = Prague
        Franz Schubert = Vienna
        Johannes Brahms = Hamburg
        Felix Mendelssohn = Hamburg
        Antonio Vivaldi = Venice
        Galileo Galilei = Pisa
        Dante Alighieri = Florence
        René Magritte = Lessines
        Oscar Wilde = Dublin
        James Joyce = Dublin
        George Frideric Handel = Halle
        Martin Luther = Eisleben
        Martin Luther King Jr. = Atlanta
        Jimi Hendrix = Seattle
        Claude Monet = Paris
        Mahatma Gandhi = Porbandar
        Rembrandt = Leiden
        Johannes Vermeer = Delft
        Lionel Messi = Rosario
        Edgar Allan Poe = Boston
        Charles Darwin = Shrewsbury
        Alexander Graham Bell = Edinburgh
        Napoleon Bonaparte = Ajaccio
        """
    ),
    "hard": _pairs(
        """
        Robert Schumann = Zwickau
        Richard Wagner = Leipzig
        Gottfried Wilhelm Leibniz = Leipzig
        Leonhard Euler = Basel
        Edvard Grieg = Bergen
        Hans Christian Andersen = Odense
        Niels Bohr = Copenhagen
        Baruch Spinoza = Amsterdam
        Peter Paul Rubens = Siegen
        Adam Smith = Kirkcaldy
        Max Planck = Kiel
        Erwin Schrödinger = Vienna
        Umberto Eco = Alessandria
        Johannes Kepler = Weil der Stadt
        Giacomo Puccini = Lucca
        Gaetano Donizetti = Bergamo
        Gioachino Rossini = Pesaro
        the painter Raphael = Urbino
        Frank Sinatra = Hoboken
        Søren Kierkegaard = Copenhagen
        Alfred Nobel = Stockholm
        Niccolò Paganini = Genoa
        Jorge Luis Borges = Buenos Aires
        Ludwig Wittgenstein = Vienna
        Henri Bergson = Paris
        Jules Verne = Nantes
        Stendhal = Grenoble
        Bertolt Brecht = Augsburg
        """
    ),
}

EVENTS: Table = {
    "easy": _pairs(
        """
        Humans first landed on the Moon = 1969
        The Berlin Wall fell = 1989
        World War I began = 1914
        World War I ended = 1918
        World War II ended = 1945
        World War II began in Europe = 1939
        The United States Declaration of Independence was adopted = 1776
        The French Revolution began = 1789
        Christopher Columbus first reached the Americas = 1492
        The Titanic sank = 1912
        The attack on Pearl Harbor took place = 1941
        The Soviet Union was dissolved = 1991
        John F. Kennedy was assassinated = 1963
        Apollo 11 was launched = 1969
        """
    ),
    "medium": _pairs(
        """
        The Battle of Hastings was fought = 1066
        The Battle of Waterloo was fought = 1815
        Magna Carta was sealed = 1215
        Constantinople fell to the Ottomans = 1453
        The Great Fire of London broke out = 1666
        The Chernobyl disaster happened = 1986
        The storming of the Bastille took place = 1789
        The Spanish Armada sailed against England = 1588
        The Treaty of Versailles was signed = 1919
        India became independent of British rule = 1947
        Yuri Gagarin became the first human in space = 1961
        The satellite Sputnik 1 was launched = 1957
        Abraham Lincoln was assassinated = 1865
        The Cuban Missile Crisis took place = 1962
        The Bolsheviks took power in Petrograd = 1917
        Nelson Mandela became President of South Africa = 1994
        The Suez Canal was opened = 1869
        The Panama Canal was opened = 1914
        Martin Luther published his Ninety-five Theses = 1517
        The Eiffel Tower was opened = 1889
        The first modern Olympic Games were held = 1896
        """
    ),
    "hard": _pairs(
        """
        The Peace of Westphalia was signed = 1648
        The Edict of Nantes was issued = 1598
        The Edict of Nantes was revoked = 1685
        The Battle of Agincourt was fought = 1415
        The Battle of Trafalgar was fought = 1805
        The Battle of Lepanto was fought = 1571
        The Battle of Poltava was fought = 1709
        The Battle of Gettysburg was fought = 1863
        The Great Lisbon earthquake struck = 1755
        Krakatoa had its great eruption = 1883
        The Congress of Vienna ended = 1815
        The Franco-Prussian War began = 1870
        The Crimean War ended = 1856
        The Diet of Worms condemned Luther = 1521
        The First Crusade took Jerusalem = 1099
        The Meiji Restoration in Japan took place = 1868
        The Treaty of Tordesillas was signed = 1494
        The Louisiana Purchase was made = 1803
        The Suez Crisis took place = 1956
        The Act of Supremacy made Henry VIII head of the Church of England = 1534
        The Gunpowder Plot was discovered = 1605
        The Boxer Protocol was signed = 1901
        Roald Amundsen reached the South Pole = 1911
        The Glorious Revolution began in England = 1688
        """
    ),
}

ANIMALS: Table = {
    "easy": _pairs(
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
    "medium": _pairs(
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
    "hard": _pairs(
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
