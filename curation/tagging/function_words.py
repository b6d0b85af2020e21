"""Words that carry no topic, by language. Written for this project.

The English list also tells everyday words from acronyms ("it", "us"), and tagging models are fitted with it.
"""

FUNCTION_WORDS = {
    "en": """a about above after again all also am an and any are as at be because been before being below between
        both but by can could did do does doing down during each few for from further had has have
        having he her here hers him his how i if in into is it its itself just may me might more most my
        new no nor not now of off on once one only or other our ours out over own she should so some
        such than that the their them then there these they this those through to too under until up us
        very was we were what when where which while who whom why will with would you your yours s t re
        ve ll m d""",
    "fi": """ei en että he hän ja jo joka jos jotka kanssa kuin kun me mihin mikä minä missä mitä mukaan muun mutta
        myös ne niin niitä noin nyt näin ole oli olla on ovat se sekä sen siis siitä sillä sinä sitä tai
        te tulee tämä tämän tässä tätä vai vain voi eivät emme ette ettei eikä olen olet olemme olisi ollut olivat
        voidaan voivat jonka jossa josta joita joissa joiden johon jolla jotta koska koko kaikki kaikkien joku jokin
        hyvin vielä sitten siellä täällä tästä tähän nämä näiden näitä niiden niihin siinä siihen minun sinun hänen
        heidän meidän teidän minulla hänellä kuten ennen jälkeen ilman vaan vaikka aina enää esimerkiksi eli ollaan
        tulla pitää saa saada mistä miten miksi milloin kuka ketkä muut muu muita itse yli alle välillä""",
    "de": """aber als am an auch auf aus bei bin bis da das dass dem den der des die dies diese durch ein eine einem
        einen einer es für haben hat hier ich ihr im in ist kann man mehr mit nach nicht noch nur oder
        ohne sein sich sie sind so über um und uns unter vom von vor war was wenn werden wie wir wird zu
        zum zur dieser dieses diesem diesen jede jeder jedes eines ihre ihren ihrem ihrer seine seinen seinem seiner
        unser unsere unseren mein meine kein keine keinen dort dann denn doch damit dabei dazu daher daran darauf
        darum sowie sondern sehr schon etwas alle allem allen alles beim ans ins gegen seit während weil wurde wurden
        worden würde soll sollen sollte muss müssen können könnte hatte hatten waren wäre ob wo wer wann warum welche
        welcher welches zwischen bereits""",
    "fr": """à au aux avec ce ces cette comme dans de des du elle en est et être il ils je la le les leur lui mais
        même ne nos notre nous on ont ou où par pas plus pour qu que qui sa sans se ses si son sont sur
        tout très un une vos votre vous l d s n c j m t a ai as avez avons avait avaient aussi autre autres avant
        après bien car cela celle celui ceux cet chaque chez ci donc dont elles entre était étaient été eux fait faire
        ici leurs lors mes moi moins mon peut peuvent quand quel quelle quelles quels quoi selon sera serait seront
        sous ta tes ton toute toutes tous vers y afin ainsi alors contre depuis encore jusqu lorsqu lorsque puis""",
    "es": """al algo como con de del desde donde el ella ellos en entre era es esta este esto está están fue ha hasta
        hay la las le les lo los más me mi muy no nos o para pero por porque que qué se ser si sin sobre
        son su sus también te tiene un una uno y ya a ante antes así aquel aquella aunque bajo cada casi contra cual
        cuales cuando cuándo cómo cuyo debe deben dónde dos durante e él ellas esa ese eso esas esos estas estos estar
        eran fueron había han he hace hacer hacia luego mis mismo misma mucho muchos ni nosotros nuestra nuestro
        nuestras nuestros otra otro otras otros poco pues puede pueden quien quién según sea sean sido siempre sino
        solo sólo tan tanto tener tienen toda todo todas todos tras tu tú unas unos usted ustedes""",
    "sv": """och att det som en ett är av för på med den de i till har inte om jag vi du han hon kan var men så från
        vid ska skulle sig sin sitt sina eller när där här detta dessa denna alla bli blir blev finns får hur man mer
        mot mycket måste nu någon något några också över under upp ut vad vilka vilken än efter bara då er era oss vår
        våra vårt deras hans hennes utan mellan""",
    "it": """il lo la i gli le un uno una di del della dei delle degli dello da dal dalla in nel nella nei nelle con su
        sul sulla per tra fra e ed o ma se non che chi cui come dove quando perché anche più questo questa questi
        queste quello quella è sono era essere ha hanno avere ho si ci ne al alla ai alle agli suo sua suoi loro noi
        voi io lui lei molto ogni dopo prima senza già sia può possono tutto tutti""",
    "nl": """de het een en van in is dat op te zijn met voor niet aan er om ook als dan maar bij of uit nog naar heeft
        hebben wordt worden werd dit die deze door over ze hij zij wij je we ik u hun haar zich kan kunnen moet moeten
        zal zullen geen meer veel tot tegen onder tussen na wat wie waar wanneer hoe omdat onze ons mijn al wel""",
    "pt": """o a os as um uma uns umas de do da dos das em no na nos nas por pelo pela para com sem e ou mas se não que
        quem como onde quando porque também mais muito este esta estes estas esse essa isso isto aquele é são foi ser
        está estão tem têm ter há ao à aos às seu sua seus suas nós eu ele ela eles elas até já só entre sobre cada
        depois antes pode podem todo toda todos""",
    "da": """og i at det er en et den til af for på med de der som ikke har vi jeg du han hun kan skal vil var blev
        bliver fra om men eller når hvor hvis hvad hvem dette disse denne alle også så op ud over under efter ved mod
        man sig sin sit sine deres vores os jer end nu meget mere være været må kun""",
    "no": """og i at det er en et den til av for på med de som ikke har vi jeg du han hun kan skal vil var ble blir fra
        om men eller når hvor hvis hva hvem dette disse denne alle også så opp ut over under etter ved mot man seg sin
        sitt sine deres vår våre oss dere enn nå mye mer være vært må bare""",
}  # fmt: skip
STOP = {language: frozenset(words.split()) for language, words in FUNCTION_WORDS.items()}
ALL_STOP = frozenset().union(*STOP.values())
