
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0030_gate'),
    ]

    operations = [
        migrations.CreateModel(
            name='PublicState',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mark', models.CharField(max_length=16)),
                ('changed_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='imprint',
            name='answer_days',
            field=models.PositiveSmallIntegerField(default=10),
        ),
        migrations.AddField(
            model_name='passage',
            name='page',
            field=models.CharField(blank=True, choices=[('method', 'How we work'), ('team', 'Who we are'), ('funding', 'Who pays'), ('complaints', 'Complaints')], max_length=12),
        ),
        migrations.AddField(
            model_name='passage',
            name='translation_of',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.publicitem'),
        ),
        migrations.AddField(
            model_name='publicitem',
            name='page',
            field=models.CharField(blank=True, choices=[('method', 'How we work'), ('team', 'Who we are'), ('funding', 'Who pays'), ('complaints', 'Complaints')], max_length=12),
        ),
        migrations.AddField(
            model_name='publicitem',
            name='translation_of',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='translations', to='core.publicitem'),
        ),
        migrations.AlterField(
            model_name='passage',
            name='kind',
            field=models.CharField(choices=[('notice', 'notice'), ('page', "the organisation's own text on a page of the site")], max_length=20),
        ),
        migrations.AlterField(
            model_name='publicitem',
            name='kind',
            field=models.CharField(choices=[('notice', 'notice'), ('page', "the organisation's own text on a page of the site")], max_length=20),
        ),
        migrations.AddIndex(
            model_name='publicitem',
            index=models.Index(fields=['-published_at', '-id'], name='item_newest_first'),
        ),
        migrations.AddConstraint(
            model_name='imprint',
            constraint=models.CheckConstraint(condition=models.Q(('answer_days__gte', 1), ('answer_days__lte', 60)), name='answer_in_two_months'),
        ),
        migrations.AddConstraint(
            model_name='passage',
            constraint=models.UniqueConstraint(condition=models.Q(models.Q(('page', ''), _negated=True), ('act', 'publish'), ('dropped_at', None), ('published_at', None)), fields=('page', 'language'), name='one_open_passage_of_a_page'),
        ),
        migrations.AddConstraint(
            model_name='passage',
            constraint=models.UniqueConstraint(condition=models.Q(('dropped_at', None), ('published_at', None), ('translation_of__isnull', False)), fields=('translation_of', 'language'), name='one_open_passage_of_a_translation'),
        ),
        migrations.AddConstraint(
            model_name='publicitem',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'page'), models.Q(('page', ''), _negated=True)), models.Q(models.Q(('kind', 'page'), _negated=True), ('page', '')), _connector='OR'), name='a_page_item_has_its_page'),
        ),
        migrations.AddConstraint(
            model_name='publicitem',
            constraint=models.UniqueConstraint(condition=models.Q(models.Q(('page', ''), _negated=True), ('withdrawn_why', '')), fields=('page', 'language'), name='one_text_of_a_page'),
        ),
        migrations.AddConstraint(
            model_name='publicitem',
            constraint=models.UniqueConstraint(condition=models.Q(('translation_of__isnull', False), ('withdrawn_why', '')), fields=('translation_of', 'language'), name='one_translation_of_an_item'),
        ),
        migrations.AddConstraint(
            model_name='publicitem',
            constraint=models.CheckConstraint(condition=models.Q(('translation_of', models.F('id')), _negated=True), name='no_translation_of_itself'),
        ),
        migrations.AddConstraint(
            model_name='publicstate',
            constraint=models.CheckConstraint(condition=models.Q(('id', 1)), name='one_public_state'),
        ),
    ]
