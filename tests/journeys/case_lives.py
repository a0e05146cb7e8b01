"""A case of each of the twenty written policies from the report to its end, step by step, as its text has it.

A line is who, what, and what goes along: `>` the next stage, `=` an outcome, `name:value` a code, `audience` who reads
it. `due:10` tells the reporter a day, so many days ahead. `!` is a step that this role may not do, sent all the same;
`reporter` declares; `wait` lets a limit run out.
"""

from __future__ import annotations

from typing import Final

LIVES: Final = {
    "P01": """
        superior passed-on
        ! department-head filed
        hr filed
        hr evidence-gathered
        hr checked
        hr mediated
        hr plan-drafted
        hr plan-told
        reporter plan-agreed agree
        hr decided >result =borne-out
        hr notified
        hr tracked
        ! leadership closed
        hr measure-set +solved
        hr closed
    """,
    "P02": """
        ! related-department accepted
        receptionist classified classification:complaint
        receptionist graded grade:ordinary
        receptionist accepted
        company evidence-gathered
        company cause-found
        company checked
        company plan-drafted
        company plan-told
        company decided >tracking =partly-borne-out
        company tracked
        company notified
        reporter rated satisfied
        ! receptionist summarised
        company summarised
        company measure-set +improvement
        company closed
    """,
    "P03": """
        ! related-department registered
        customer-service registered
        customer-service checked
        customer-service routed departments:workshop
        related-department evidence-gathered
        customer-service decided >result =borne-out
        customer-service notified
        customer-service summarised
        customer-service measure-set +improvement
        customer-service archived
    """,
    "P04": """
        company registered
        ! dedicated-person assigned handler:dedicated-person
        company assigned handler:dedicated-person
        dedicated-person evidence-gathered
        dedicated-person checked
        company decided >result =substantiated
        company measure-set +corrective
        company notified
        company archived
    """,
    "P05": """
        property-company registered
        property-company graded grade:general
        ! property-company checked
        property-manager checked
        property-company cause-found
        property-company decided >solution =real
        property-company plan-drafted
        property-company plan-told
        reporter plan-refused refuse
        property-company plan-drafted
        property-company plan-told
        reporter plan-agreed agree
        property-company executed
        property-company notified
        property-company archived
    """,
    "P06": """
        customer-service registered
        customer-service content-confirmed
        customer-service checked
        customer-service graded grade:quality
        customer-service routed departments:workshop
        ! top-management cause-found
        related-department cause-found
        related-department plan-drafted
        related-department decided >result =borne-out
        related-department executed
        related-department notified
        related-department measure-set +corrective +solved
        customer-service archived
    """,
    "P07": """
        ! leadership accepted
        hr accepted
        hr method-chosen
        hr evidence-gathered
        hr findings-shown
        reporter findings-confirmed confirm
        hr plan-drafted
        ! leadership plan-told
        hr plan-told
        reporter appealed appeal
        hr reinvestigated
        ! leadership appeal-decided >result =true
        hr appeal-decided >result =true
        hr notified
        reporter notice-received seen
        wait appeal
        hr measure-set +corrected
        hr closed
    """,
    "P08": """
        complaint-body registered
        complaint-body acknowledged
        complaint-body evidence-gathered
        complaint-body plan-drafted
        ! complaint-body approved
        leadership approved
        complaint-body decided >implementation =borne-out
        related-department executed
        complaint-body notified
        complaint-body view-heard
        complaint-body closed
    """,
    "P09": """
        company registered
        company acknowledged
        company progress-told due:7
        company routed departments:workshop
        company assigned handler:investigator
        ! related-department checked
        investigator talked
        investigator evidence-gathered
        investigator checked
        company cause-found
        company plan-drafted
        company plan-told
        company decided >feedback =not-borne-out
        company executed
        company notified
        company summarised
        company view-heard
        company closed
    """,
    "P10": """
        company registered
        company slip-issued
        company classified classification:complaint
        company graded grade:ordinary
        company method-chosen
        company evidence-gathered
        company checked
        company plan-drafted
        approver plan-reviewed
        ! company approved
        approver approved
        company executed
        company decided >result =borne-out
        company notified
        company closed
    """,
    "P11": """
        superior checked
        superior evidence-gathered
        superior report-formed
        superior report-submitted
        ! oversight decided >handling =borne-out
        related-department decided >handling =borne-out
        related-department notified
        related-department measure-set +oral-warning
        related-department measure-set +remedy
        related-department executed
        wait review-wait
        related-department closed
    """,
    "P12": """
        registrar registered
        company completeness-checked
        company classified classification:service
        company graded grade:normal
        company method-chosen
        company information-asked
        company completeness-checked
        company accepted
        company assigned handler:investigator
        investigator talked
        investigator evidence-gathered
        investigator checked
        company plan-drafted
        company decided >result =not-borne-out
        company notified
        reporter notice-received seen
        reporter appealed appeal
        ! investigator appeal-decided >review-told =partly-borne-out
        review appeal-decided >review-told =partly-borne-out
        company notified
        company measure-set +adjustment
        company archived
    """,
    "P13": """
        receiving-team registered
        receiving-team graded grade:ordinary
        receiving-team checked
        receiving-team content-confirmed
        receiving-team procedure-told due:10
        receiving-team accepted
        ! receiving-team cause-found
        service-team evidence-gathered
        service-team cause-found
        service-team decided >result =borne-out
        service-team measure-set +compensation
        service-team compensated
        service-team notified
        service-team closed
    """,
    "P14": """
        company registered
        company acknowledged
        company progress-told due:7
        company routed departments:workshop
        company assigned handler:investigator
        ! related-department checked
        investigator talked
        investigator evidence-gathered
        investigator checked
        company cause-found
        company plan-drafted
        company plan-told
        company decided >feedback =borne-out
        company executed
        company notified
        company summarised
        wait view
        company closed
    """,
    "P15": """
        callback-specialist registered
        callback-specialist routed departments:workshop
        callback-specialist order-issued
        department-manager contacted
        department-manager plan-drafted
        department-manager mediated
        department-manager agreement-passed-on
        wait follow-up
        callback-specialist followed-up
        department-manager executed
        department-manager order-returned
        callback-specialist contacted-again
        reporter rated satisfied
        ! staff judged >signing
        callback-specialist judged >signing
        service-manager signed
        general-manager signed
        administration archived
    """,
    "P16": """
        ! technical registered
        quality-supervisor registered
        technical checked
        quality-supervisor accepted
        quality-supervisor routed departments:workshop
        quality-supervisor assigned handler:handling-department
        general-head evidence-gathered
        handling-department cause-found
        general plan-drafted
        quality-head approved
        manager approved
        executive-office decided >implementation =stands
        handling-department executed
        handling-department notified
        handling-department measure-set +responsible +corrective +preventive
        handling-department view-heard
        general tracked
        general checked
        executive-office summarised
    """,
    "P17": """
        company registered
        ! dedicated-person assigned handler:dedicated-person
        company assigned handler:dedicated-person
        dedicated-person evidence-gathered
        dedicated-person checked
        company decided >result =unclear
        company notified
        company measure-set
        company archived
    """,
    "P18": """
        hr registered
        hr procedure-told
        hr checked
        hr classified classification:environment
        hr graded grade:general
        hr routed departments:payroll
        ! leadership report-formed
        related-department department-received
        related-department evidence-gathered
        related-department report-formed
        related-department report-submitted
        hr findings-shown
        related-department decided >answer =reasonable
        related-department executed
        hr notified
        hr closed
    """,
    "P19": """
        superior passed-on
        hr checked
        hr routed departments:owning-department
        owning-department department-received
        owning-department evidence-gathered
        owning-department report-formed
        owning-department plan-drafted
        owning-department report-submitted
        ! company decided >notice =borne-out
        hr approved
        hr decided >notice =borne-out
        hr notified
        owning-department published
        owning-department executed
        reporter notice-received seen
        wait appeal
        hr closed
    """,
    "P20": """
        receptionist registered
        receptionist slip-issued
        receptionist classified classification:quality
        receptionist routed departments:workshop
        department checked
        department report-submitted
        company plan-drafted
        ! receptionist decided >implementation =true-reasonable
        company decided >implementation =true-reasonable
        department talked
        department tracked
        department executed
        receptionist notified
        company measure-set +preventive
        receptionist archived
    """,
}
"""What is done in each of the twenty, in the order of its text."""
