"""Facts of literature, art, music, history and biography."""

from prompts.capabilities._fact_tables import Table, pairs

AUTHORS: Table = {
    "easy": pairs(
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
    "medium": pairs(
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
    "hard": pairs(
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
    "easy": pairs(
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
    "medium": pairs(
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
    "hard": pairs(
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
    "easy": pairs(
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
    "medium": pairs(
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
    "hard": pairs(
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
    "easy": pairs(
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
    "medium": pairs(
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
    "hard": pairs(
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
