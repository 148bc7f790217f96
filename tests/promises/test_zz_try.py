import tests.promises.doors as d
def test_x():
    for w in ("publish release quotation outbox","tip appeal receipt sender whistle","post send mail subscriber newsletter account like tweet","verdict claimant letter deadline answer","verdict seal factcheck","correction correct amend witness", "claim claimant balance verdict factcheck","verdict claim rating opinion label tag vocabulary", "release approve approval propose withdraw","ip useragent agent visitor visit_by fingerprint referrer geo device session_of"):
        print(w, d.find_doors(*w.split()))
